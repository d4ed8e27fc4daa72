package dev.aidis.port.sample.command.security;

import jakarta.servlet.DispatcherType;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer.FrameOptionsConfig;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/**
 * Guards the page. A separate management server uses the same filters.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CommandProperties.class)
class CommandSecurityConfiguration {

	/**
	 * Nothing but what this service itself has, and nothing that stands within the page.
	 */
	static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

	private static final String[] OPEN = { "/healthz", "/readyz", "/livez", "/actuator/health/**", "/actuator/health",
			"/login", "/error", "/*.css", "/*.js", "/*.svg", "/webjars/**" };

	@Bean
	SecurityFilterChain commandSecurity(HttpSecurity http, CommandProperties properties) throws Exception {
		http.addFilterAfter(new RequestGuard(new LocalRequests(properties.allowedHosts())), HeaderWriterFilter.class)
			.headers((headers) -> headers
				.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
				// With none at all, browsers say of the login's form that it has no
				// origin.
				.referrerPolicy((policy) -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
				.frameOptions(FrameOptionsConfig::deny)
				.crossOriginOpenerPolicy((policy) -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
				.crossOriginResourcePolicy((policy) -> policy.policy(CrossOriginResourcePolicy.SAME_ORIGIN)))
			.csrf((csrf) -> csrf.csrfTokenRepository(new InstanceCsrfTokens()).ignoringRequestMatchers("/actuator/**"))
			.requestCache((cache) -> cache.disable());
		return (properties.login().enabled() ? withLogin(http) : withoutLogin(http)).build();
	}

	private static HttpSecurity withoutLogin(HttpSecurity http) throws Exception {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.sessionManagement((session) -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
			.logout((logout) -> logout.disable())
			.exceptionHandling((exceptions) -> exceptions.accessDeniedHandler(denied()));
	}

	private static HttpSecurity withLogin(HttpSecurity http) throws Exception {
		return http
			.authorizeHttpRequests(
					(requests) -> requests.dispatcherTypeMatchers(DispatcherType.ASYNC, DispatcherType.ERROR)
						.permitAll()
						.requestMatchers(OPEN)
						.permitAll()
						.anyRequest()
						.authenticated())
			.formLogin((form) -> form.loginPage("/login").defaultSuccessUrl("/", true).permitAll())
			.logout((logout) -> logout.logoutSuccessUrl("/login?logout"))
			.httpBasic(Customizer.withDefaults())
			.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint(new LoginEntryPoint())
				.accessDeniedHandler(denied()));
	}

	private static AccessDeniedHandler denied() {
		return (request, response, ex) -> Problems.send(request, response, HttpStatus.FORBIDDEN,
				(ex instanceof CsrfException)
						? "The header " + InstanceCsrfTokens.HEADER
								+ " is missing or not the token of this service, which GET /api/csrf tells. "
								+ "A page that was loaded before the service was restarted must be loaded again."
						: "Access denied.");
	}

	/**
	 * The only user there may be; without a login there is none.
	 */
	@Bean
	UserDetailsService operators(CommandProperties properties) {
		if (!properties.login().enabled()) {
			return new InMemoryUserDetailsManager();
		}
		String password = EncodedPassword.require(properties.login().password());
		return new InMemoryUserDetailsManager(
				User.withUsername(properties.login().username()).password(password).roles("OPERATOR").build());
	}

	@Bean
	ListenAddress serverAddress(CommandProperties properties, ServerProperties server) {
		return new ListenAddress(properties, "server.address", server.getAddress());
	}

}
