package dev.aidis.port.assignment;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * The command line of a process, as it may be shown: what looks like a secret is masked,
 * and what is long is cut.
 */
final class CommandLine {

	private static final String MASK = "******";

	/**
	 * What Spring Boot's sanitizer of old looked for, and what else stands on command
	 * lines.
	 */
	private static final String SECRET = "[\\w.-]{0,64}(?:(?:passw|passphrase|pwd|secret|token|credential|auth|cookie)"
			+ "[\\w.-]{0,64}|key|pass)";

	private static final Pattern OPTION = Pattern.compile("[-/]{1,2}" + SECRET, Pattern.CASE_INSENSITIVE);

	private static final Pattern ASSIGNMENT = Pattern.compile("([-/]{0,2}" + SECRET + "[=:]).+",
			Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

	private static final Pattern WITHIN = Pattern
		.compile("(" + SECRET + "[\"']?\\s{0,9}[=:]\\s{0,9}[\"']?)[^\"'&;,\\s}]+", Pattern.CASE_INSENSITIVE);

	private static final Pattern USER_INFO = Pattern.compile("://[^/\\s]+@");

	private static final int MAX_BYTES = 64 * 1024;

	/**
	 * How far an argument is looked through, which takes time.
	 */
	private static final int MAX_SEARCH = 4096;

	private static final int MAX_ARGUMENT = 60;

	private static final int MAX_LENGTH = 240;

	private CommandLine() {
	}

	/**
	 * Return the command line of a process.
	 * @return the text, or {@code null} if the operating system does not tell
	 */
	static @Nullable String of(ProcessHandle process) {
		List<String> arguments = fromProc(process.pid());
		arguments = arguments.isEmpty() ? fromHandle(process.info()) : arguments;
		return arguments.isEmpty() ? null : toText(arguments);
	}

	/**
	 * Java itself reads no more than a page of it, which a class path easily fills.
	 */
	private static List<String> fromProc(long pid) {
		try (InputStream file = Files.newInputStream(Path.of("/proc", Long.toString(pid), "cmdline"))) {
			String content = new String(file.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
			return content.isEmpty() ? List.of() : List.of(content.split("\0"));
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private static List<String> fromHandle(ProcessHandle.Info info) {
		List<String> arguments = new ArrayList<>();
		info.command().ifPresent(arguments::add);
		info.arguments().ifPresent((rest) -> arguments.addAll(List.of(rest)));
		return (arguments.size() > 1) ? arguments : info.commandLine().map(List::of).orElse(arguments);
	}

	/**
	 * Make a text of a program and its arguments. A program may have replaced them by one
	 * text, which is taken apart at blanks.
	 */
	static String toText(List<String> arguments) {
		List<String> parts = (arguments.size() == 1) ? List.of(arguments.get(0).split("\\s+")) : arguments;
		List<String> shown = new ArrayList<>();
		boolean masked = false;
		for (String part : parts) {
			boolean value = masked && !part.startsWith("-");
			shown.add(value ? MASK : Printable.of(mask(part), MAX_ARGUMENT));
			masked = OPTION.matcher(part).matches();
		}
		String text = String.join(" ", shown);
		return (text.length() > MAX_LENGTH) ? text.substring(0, MAX_LENGTH) + "…" : text;
	}

	private static String mask(String whole) {
		String argument = whole.substring(0, Math.min(whole.length(), MAX_SEARCH));
		if (ASSIGNMENT.matcher(argument).matches()) {
			return ASSIGNMENT.matcher(argument).replaceFirst("$1" + MASK);
		}
		String masked = USER_INFO.matcher(argument).replaceAll("://" + MASK + "@");
		return WITHIN.matcher(masked).replaceAll("$1" + MASK);
	}

}
