package dev.aidis.port.compose;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * A program named {@code docker} that prints what was recorded, since there may be no
 * engine where the tests run.
 */
public final class FakeDocker {

	private static final String SCRIPT = """
			#!/bin/sh
			cd "$(dirname "$0")"
			case "$*" in
			"version --format {{.Client.Version}}") echo 28.2.2 ;;
			"compose version --format json") echo '{"version":"2.26.1-4"}' ;;
			"context ls "*) echo '{"Current":true,"DockerEndpoint":"unix:///var/run/docker.sock","Error":"","Name":"default"}' ;;
			*" config --format=json") cat config.json ;;
			*" ps --orphans=false --format=json" | "compose ps --format json") cat ps.json ;;
			"inspect "*) cat inspect.json ;;
			*) echo "unexpected: $*" >&2; exit 64 ;;
			esac
			""";

	private FakeDocker() {
	}

	/**
	 * Put the program and what it prints into a folder.
	 * @return the program
	 */
	public static Path install(Path folder) throws IOException {
		for (String name : new String[] { "compose.yml", "config.json", "ps.json", "inspect.json" }) {
			Files.writeString(folder.resolve(name), recorded(name));
		}
		return script(folder.resolve("docker"), SCRIPT);
	}

	static Path script(Path file, String content) throws IOException {
		Files.writeString(file, content);
		file.toFile().setExecutable(true);
		return file;
	}

	/**
	 * Read what was recorded, see the README beside it.
	 */
	static String recorded(String name) throws IOException {
		try (InputStream stream = Objects.requireNonNull(FakeDocker.class.getResourceAsStream("/compose/" + name))) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
