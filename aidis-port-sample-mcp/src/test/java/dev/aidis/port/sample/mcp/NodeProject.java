package dev.aidis.port.sample.mcp;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The tests that are written for Node, in {@code src/test/js}, with the packages that
 * they need. They are run from a copy beside the build's other results. Tests skip where
 * Node, npm or npm's registry is missing, or fail when {@code AIDIS_REQUIRE_ALL} is
 * {@code true}.
 */
public final class NodeProject {

	private static final Path SOURCE = Path.of("src", "test", "js");

	private static final Path FOLDER = Path.of("target", "js");

	private static final int TIMEOUT_MINUTES = 5;

	private NodeProject() {
	}

	/**
	 * Install the packages, unless they are there already.
	 */
	public static void install() {
		require("node", "nodejs");
		require("npm", "npm");
		try {
			Files.createDirectories(FOLDER);
			try (FileChannel channel = FileChannel.open(FOLDER.resolve(".install.lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock lock = channel.lock()) {
				boolean upToDate = isUpToDate();
				copy();
				if (!upToDate) {
					Result result = run(FOLDER, Map.of(),
							List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"));
					if (result.exitCode() != 0) {
						missing("npm could not install the packages of " + SOURCE + ":\n" + result.output());
					}
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * npm writes this file when it has installed everything.
	 */
	private static boolean isUpToDate() throws IOException {
		Path lock = FOLDER.resolve("package-lock.json");
		return Files.exists(FOLDER.resolve("node_modules").resolve(".package-lock.json")) && Files.exists(lock)
				&& Files.mismatch(lock, SOURCE.resolve("package-lock.json")) == -1;
	}

	private static void copy() throws IOException {
		try (Stream<Path> files = Files.list(SOURCE)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	/**
	 * Run a test file with Node's test runner.
	 * @param file its name
	 * @param environment further variables
	 */
	public static Result test(String file, Map<String, String> environment) {
		return run(FOLDER, environment, List.of("node", "--test", "--test-reporter=spec", file));
	}

	/**
	 * Run a program of a package with a Node that is new enough for it.
	 * @param folder the working directory
	 * @param script the program, as a path in {@code node_modules}
	 * @param arguments its arguments
	 */
	public static Result runWithNewNode(Path folder, String script, List<String> arguments) {
		Path packages = FOLDER.resolve("node_modules").toAbsolutePath();
		Path node = packages.resolve(".bin").resolve("node");
		if (!Files.isExecutable(node)) {
			missing("npm's package 'node', which is a newer Node, was not installed");
		}
		List<String> command = new ArrayList<>(List.of(node.toString(), packages.resolve(script).toString()));
		command.addAll(arguments);
		return run(folder, Map.of(), command);
	}

	private static Result run(Path folder, Map<String, String> environment, List<String> command) {
		Path output = null;
		Process process = null;
		try {
			output = Files.createTempFile("aidis-node", ".log");
			ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(output.toFile());
			builder.environment().put("NO_COLOR", "1");
			builder.environment().putAll(environment);
			process = builder.start();
			boolean ended = process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
			return new Result(ended ? process.exitValue() : -1, Files.readString(output));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		finally {
			if (process != null) {
				process.descendants().forEach(ProcessHandle::destroyForcibly);
				process.destroyForcibly();
			}
			if (output != null) {
				output.toFile().delete();
			}
		}
	}

	private static void require(String program, String debianPackage) {
		boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, program)));
		if (!found) {
			missing("'" + program + "' is missing; install the package '" + debianPackage + "'");
		}
	}

	private static void missing(String message) {
		if ("true".equals(System.getenv("AIDIS_REQUIRE_ALL"))) {
			Assertions.fail(message);
		}
		Assumptions.abort(message);
	}

	/**
	 * What a program left.
	 *
	 * @param exitCode its exit code, or -1 if it did not end
	 * @param output what it wrote
	 */
	public record Result(int exitCode, String output) {

	}

}
