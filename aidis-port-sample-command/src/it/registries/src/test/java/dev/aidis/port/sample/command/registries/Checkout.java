package dev.aidis.port.sample.command.registries;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * A copy of this project, as far as the samples are built of it: the build that runs this
 * test is not disturbed. Classes come along with their age, so that only jars have to be
 * made.
 */
final class Checkout {

	private static final Path ORIGINAL = Path.of(System.getProperty("checkout")).toAbsolutePath().normalize();

	private final Path root;

	Checkout(Path root) throws IOException {
		this.root = Files.createDirectories(root);
		Files.createDirectory(root.resolve(".git"));
		for (String part : List.of("pom.xml", ".mvn", "scripts")) {
			copy(part);
		}
		for (String module : List.of("aidis-port-starter", "aidis-port-sample-mcp", "aidis-port-sample-command")) {
			for (String part : List.of("pom.xml", "src/main", "target/classes")) {
				copy(module + "/" + part);
			}
		}
	}

	private void copy(String part) throws IOException {
		Files.createDirectories(this.root.resolve(part).getParent());
		Files.walkFileTree(ORIGINAL.resolve(part), new SimpleFileVisitor<>() {

			@Override
			public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
				Files.createDirectory(Checkout.this.root.resolve(ORIGINAL.relativize(folder)));
				return FileVisitResult.CONTINUE;
			}

			@Override
			public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
				Files.copy(file, Checkout.this.root.resolve(ORIGINAL.relativize(file)),
						StandardCopyOption.COPY_ATTRIBUTES);
				return FileVisitResult.CONTINUE;
			}

		});
	}

	Path root() {
		return this.root;
	}

}
