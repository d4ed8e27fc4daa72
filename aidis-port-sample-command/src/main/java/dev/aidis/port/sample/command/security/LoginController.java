package dev.aidis.port.sample.command.security;

import java.util.Map;

import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.view.RedirectView;

/**
 * The login, and the token that programs need for what changes something.
 */
@Controller
class LoginController {

	private final boolean enabled;

	LoginController(CommandProperties properties) {
		this.enabled = properties.login().enabled();
	}

	@GetMapping("/login")
	Object login(Model model, @RequestParam Map<String, String> parameters) {
		if (!this.enabled) {
			View home = new RedirectView("/", true);
			return home;
		}
		model.addAttribute("failed", parameters.containsKey("error"));
		model.addAttribute("loggedOut", parameters.containsKey("logout"));
		return "login";
	}

	@GetMapping("/api/csrf")
	@ResponseBody
	Token token(CsrfToken token) {
		return new Token(token.getHeaderName(), token.getToken());
	}

	/**
	 * The token.
	 *
	 * @param header the header to send it in
	 * @param token the token
	 */
	record Token(String header, String token) {

	}

}
