package dev.aidis.port.sample.command.security;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Checks the password of the settings, which must not be a plain one.
 */
final class EncodedPassword {

	private static final Pattern FORM = Pattern.compile("\\{([A-Za-z0-9@_]+)}(.+)");

	private static final Set<String> ENCODINGS = Set.of("bcrypt", "pbkdf2@SpringSecurity_v5_8");

	private static final Pattern BCRYPT = Pattern.compile("\\$2[aby]?\\$\\d\\d\\$[./0-9A-Za-z]{53}");

	private EncodedPassword() {
	}

	/**
	 * Return the password if it is one.
	 * @param setting the setting
	 * @throws InvalidPasswordException if it is none
	 */
	static String require(@Nullable String setting) {
		Matcher matcher = FORM.matcher((setting != null) ? setting.strip() : "");
		if (!matcher.matches() || !ENCODINGS.contains(matcher.group(1)) || !isSound(matcher)) {
			throw new InvalidPasswordException();
		}
		return matcher.group();
	}

	private static boolean isSound(Matcher matcher) {
		return !"bcrypt".equals(matcher.group(1)) || BCRYPT.matcher(matcher.group(2)).matches();
	}

}
