package dev.aidis.port.sample.mcp.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The token that callers must know, as RFC 6750 has it.
 */
final class BearerToken {

	private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

	private static final String SCHEME = "Bearer ";

	private final byte[] token;

	private BearerToken(String token) {
		this.token = token.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Return the token of a setting.
	 * @param setting the setting
	 * @return the token, or {@code null} if none is set
	 * @throws InvalidTokenException if no header could hold it
	 */
	static @Nullable BearerToken of(@Nullable String setting) {
		if (!StringUtils.hasText(setting)) {
			return null;
		}
		String token = setting.strip();
		if (!FORM.matcher(token).matches()) {
			throw new InvalidTokenException();
		}
		return new BearerToken(token);
	}

	/**
	 * Tell whether a header bears the token, in a time that does not tell how much of it
	 * is right.
	 * @param authorization the header's value
	 * @return whether it does
	 */
	boolean isIn(@Nullable String authorization) {
		return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
				&& MessageDigest.isEqual(this.token,
						authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
	}

}
