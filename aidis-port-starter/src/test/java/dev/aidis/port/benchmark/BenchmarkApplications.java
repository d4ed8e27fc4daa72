package dev.aidis.port.benchmark;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.PortRegistry;

/**
 * Class paths of applications with a web server and Actuator, packed as users have them.
 */
final class BenchmarkApplications {

	/**
	 * What they all have.
	 */
	static final List<String> LIBRARIES = List.of("org.springframework.boot:spring-boot-starter-webmvc",
			"org.springframework.boot:spring-boot-starter-actuator");

	private static final List<Class<?>> CLASSES = List.of(StartupApplication.class, Start.class,
			ServiceLifeApplication.class, PortFileAnnouncement.class, Announcement.class);

	private final ApplicationClassPath available = new ApplicationClassPath(JavaProcess.classPath());

	private final Path application;

	private final Path starter;

	/**
	 * Pack the application and the starter.
	 * @param folder where to
	 */
	BenchmarkApplications(Path folder) throws IOException {
		this.application = pack(folder.resolve("application.jar"), CLASSES);
		Path location = location(PortRegistry.class);
		if (Files.isDirectory(location)) {
			this.starter = folder.resolve("aidis-port-starter.jar");
			ApplicationClassPath.pack(this.starter, location, ApplicationClassPath.files(location));
		}
		else {
			this.starter = location;
		}
	}

	private static Path pack(Path jar, List<Class<?>> classes) throws IOException {
		List<String> names = classes.stream().map((type) -> type.getName().replace('.', '/')).toList();
		Path location = location(classes.get(0));
		if (Files.isDirectory(location)) {
			ApplicationClassPath.pack(jar, location, ApplicationClassPath.files(location)
				.stream()
				.filter((file) -> isOf(names, location.relativize(file).toString().replace(File.separatorChar, '/')))
				.toList());
			return jar;
		}
		return location;
	}

	private static boolean isOf(List<String> names, String file) {
		return names.stream().anyMatch((name) -> file.equals(name + ".class") || file.startsWith(name + "$"));
	}

	private static Path location(Class<?> type) {
		return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
	}

	/**
	 * Return the class path of an application without the starter.
	 * @param more further libraries, as {@code group:artifact}
	 * @param jars further JARs
	 */
	String without(List<String> more, Path... jars) throws IOException {
		List<String> wanted = new ArrayList<>(LIBRARIES);
		wanted.addAll(more);
		return Stream.of(Stream.of(this.application), this.available.of(wanted).stream(), Stream.of(jars))
			.flatMap((part) -> part)
			.map(Path::toString)
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Return the class path of an application with what it needs.
	 */
	String with(Announcement.Needs needs) throws IOException {
		return needs.starter() ? without(needs.libraries(), this.starter) : without(needs.libraries());
	}

}
