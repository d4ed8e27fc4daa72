package dev.aidis.port;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands on the command line of a tool, as {@code --name value}.
 */
public final class Options {

	private static final String HELP = "--help";

	private final Map<String, List<String>> values = new LinkedHashMap<>();

	private Options() {
	}

	/**
	 * Read the arguments of a command line.
	 * @param names the options that have a value
	 * @param arguments the arguments
	 * @return the options
	 * @throws IllegalArgumentException with a message for the user if they are wrong
	 */
	public static Options of(List<String> names, String... arguments) {
		Options options = new Options();
		for (int i = 0; i < arguments.length; i++) {
			String name = arguments[i];
			List<String> values = options.values.computeIfAbsent(name, (key) -> new ArrayList<>());
			if (name.equals(HELP)) {
				continue;
			}
			if (!names.contains(name)) {
				throw new IllegalArgumentException("There is no option '" + name + "'; --help lists them");
			}
			if (i + 1 == arguments.length) {
				throw new IllegalArgumentException("A value is missing after " + name);
			}
			values.add(arguments[++i]);
		}
		return options;
	}

	/**
	 * Tell whether the user wants to know the options.
	 * @return whether there is {@code --help}
	 */
	public boolean isHelp() {
		return this.values.containsKey(HELP);
	}

	/**
	 * Return all values of an option that can be there several times.
	 * @param name the option
	 * @return its values in their order
	 */
	public List<String> all(String name) {
		return List.copyOf(this.values.getOrDefault(name, List.of()));
	}

	/**
	 * Return the last value of an option.
	 * @param name the option
	 * @return its value, if it is there
	 */
	public Optional<String> find(String name) {
		List<String> all = all(name);
		return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
	}

	/**
	 * Return the last value of an option that is the address of a server.
	 * @param name the option
	 * @return its value, if it is there
	 * @throws IllegalArgumentException with a message for the user if it is none
	 */
	public Optional<String> findUrl(String name) {
		Optional<String> url = find(name);
		if (url.isPresent() && !url.get().matches("https?://.+")) {
			throw new IllegalArgumentException(name + " must be a URL but is '" + url.get() + "'");
		}
		return url;
	}

	/**
	 * Return the last value of an option that is a number.
	 * @param name the option
	 * @param usual the number if it is not there
	 * @param least the smallest that makes sense
	 * @return the number
	 * @throws IllegalArgumentException with a message for the user if it is none
	 */
	public int number(String name, int usual, int least) {
		return find(name).map((text) -> number(name, text, least)).orElse(usual);
	}

	/**
	 * Read a number.
	 * @param name the option that it belongs to
	 * @param text the number
	 * @param least the smallest that makes sense
	 * @return the number
	 * @throws IllegalArgumentException with a message for the user if it is none
	 */
	public static int number(String name, String text, int least) {
		try {
			int number = Integer.parseInt(text);
			if (number >= least) {
				return number;
			}
		}
		catch (NumberFormatException ex) {
			// Told below.
		}
		throw new IllegalArgumentException(name + " must be at least " + least + " but is '" + text + "'");
	}

}
