package dev.aidis.port.registry;

import java.util.regex.Pattern;

import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;

/**
 * The rule for a service's name in every registry: it needs no quoting anywhere, and
 * cannot be taken for the key of a replica.
 *
 * @since 0.1.0
 */
public final class RegisteredName {

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

	private RegisteredName() {
	}

	/**
	 * Tell whether a text may be a service's name.
	 * @param name the text
	 * @return whether it follows the rule
	 */
	public static boolean isValid(String name) {
		return NAME.matcher(name).matches();
	}

	/**
	 * Check that a text may be a service's name.
	 * @param name the text
	 * @param location where it is to be registered, for people
	 * @throws PortRegistryException if it may not
	 */
	public static void validate(String name, String location) {
		if (!isValid(name)) {
			throw new PortRegistryException("'" + Printable.of(name) + "' cannot be a service's name in " + location
					+ ". A name has lower-case letters, digits, '.', '_' and '-', begins with one of the first two, "
					+ "and has at most 64 of them", null);
		}
	}

}
