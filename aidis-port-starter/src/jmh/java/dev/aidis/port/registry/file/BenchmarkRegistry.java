package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.stream.Stream;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * A registry file of so many services in a folder of its own. All of them are this JVM,
 * which lives as long as the benchmark does, so that each look-up has a real process to
 * ask for. The file is as old as one must be to be believed unread.
 */
public final class BenchmarkRegistry implements AutoCloseable {

	private static final Duration AGE = Duration.ofMinutes(1);

	private static final Instant STARTED = Instant.now().truncatedTo(ChronoUnit.MILLIS);

	private final Path folder;

	private final Path file;

	private final FilePortRegistry registry;

	private final Path[] versions = new Path[2];

	private int replaced;

	public BenchmarkRegistry(int size) throws IOException {
		this.folder = Files.createTempDirectory("aidis-benchmark-");
		this.file = this.folder.resolve("port-registry.json");
		for (int version = 0; version < this.versions.length; version++) {
			this.versions[version] = this.folder.resolve("version-" + version);
			Files.write(this.versions[version], content(size, version));
			Files.setLastModifiedTime(this.versions[version], FileTime.from(Instant.now().minus(AGE)));
		}
		replace();
		this.registry = new FilePortRegistry(this.file, Duration.ofSeconds(10));
	}

	/**
	 * Return what the file holds with so many services.
	 * @param size how many
	 * @param version differs in one of them
	 */
	static byte[] content(int size, int version) {
		ProcessIdentity self = ProcessIdentity.current(ProcessTable.system());
		RegistryDocument document = new RegistryDocument();
		for (int number = 0; number < size; number++) {
			PortRegistration registration = registration(number, version);
			document.add(registration.serviceName(), RegistryEntry.toJson(registration, self, null));
		}
		return RegistryFormat.write(document);
	}

	private static PortRegistration registration(int number, int version) {
		return PortRegistration.builder(name(number), 20000 + number)
			.instanceId(new UUID(0, number).toString())
			.startedAt(STARTED)
			.healthEndpoint("/actuator/health")
			.status((number == 0 && version == 1) ? Status.STARTING : Status.UP)
			.metadata(PortRegistration.REQUESTED_PORT, "0")
			.metadata(PortRegistration.ASSIGNED_BY, "no setting, so dynamic")
			.metadata(PortRegistration.RUNG, "DYNAMIC")
			.metadata(PortRegistration.IDENTITY, PortRegistration.IDENTITY_HEADER)
			.build();
	}

	/**
	 * Return the name of a service in the file.
	 * @param number the number of the service, from 0
	 * @return its name
	 */
	public static String name(int number) {
		return "service-" + number;
	}

	public FilePortRegistry registry() {
		return this.registry;
	}

	/**
	 * Put a file in which one service is different in the place of the file, as another
	 * process does.
	 */
	void replace() throws IOException {
		Path temporary = this.folder.resolve("next");
		Files.createLink(temporary, this.versions[this.replaced++ % this.versions.length]);
		Files.move(temporary, this.file, StandardCopyOption.ATOMIC_MOVE);
	}

	@Override
	public void close() throws IOException {
		this.registry.close();
		try (Stream<Path> files = Files.list(this.folder)) {
			for (Path each : files.toList()) {
				Files.delete(each);
			}
		}
		Files.delete(this.folder);
	}

}
