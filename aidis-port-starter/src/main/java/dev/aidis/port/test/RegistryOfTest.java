package dev.aidis.port.test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * The registry file of a test. JUnit closes it after everything else of the test.
 */
final class RegistryOfTest implements AutoCloseable {

	private final RegistryFolder folder = new RegistryFolder();

	private final FilePortRegistry file = new FilePortRegistry(this.folder.file(), Duration.ofMinutes(1));

	private final TestPortRegistry services = new TestPortRegistry(() -> this.file);

	FilePortRegistry file() {
		return this.file;
	}

	TestPortRegistry services() {
		return this.services;
	}

	@Override
	public void close() {
		this.services.close();
		long self = ProcessHandle.current().pid();
		List<PortRegistration> left = this.file.registrations()
			.stream()
			.filter((registration) -> registration.pid() == self)
			.toList();
		this.file.close();
		if (!left.isEmpty()) {
			throw new AssertionError("The test left in " + this.file.location() + ": "
					+ left.stream().map(RegistryOfTest::describe).collect(Collectors.joining("; "))
					+ ". Close the application that registered it, deregister it, or register it through a "
					+ "TestPortRegistry, which removes it after the test");
		}
		this.folder.delete();
	}

	private static String describe(PortRegistration registration) {
		return "'" + Printable.of(registration.serviceName()) + "' (pid " + registration.pid() + ", which is this JVM, "
				+ registration.uri() + ", instance " + Printable.of(registration.instanceId()) + ")";
	}

}
