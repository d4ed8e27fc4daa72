package dev.aidis.port.sample.command.security;

import java.security.SecureRandom;
import java.util.HexFormat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.DefaultCsrfToken;

/**
 * One token for as long as this service runs, which only pages of its own origin can
 * read. It is kept in no cookie and no session: browsers share the cookies of
 * {@code localhost} among all ports, so another service could set or overwrite it.
 */
final class InstanceCsrfTokens implements CsrfTokenRepository {

	static final String HEADER = "X-CSRF-TOKEN";

	private final CsrfToken token;

	InstanceCsrfTokens() {
		byte[] random = new byte[24];
		new SecureRandom().nextBytes(random);
		this.token = new DefaultCsrfToken(HEADER, "_csrf", HexFormat.of().formatHex(random));
	}

	@Override
	public CsrfToken generateToken(HttpServletRequest request) {
		return this.token;
	}

	@Override
	public void saveToken(@Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
		// There is nothing to remember.
	}

	@Override
	public CsrfToken loadToken(HttpServletRequest request) {
		return this.token;
	}

}
