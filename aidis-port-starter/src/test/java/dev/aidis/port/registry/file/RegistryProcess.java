package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import dev.aidis.port.PortRegistration;

/**
 * What the tests run in other JVMs.
 */
final class RegistryProcess {

	private RegistryProcess() {
	}

	public static void main(String[] arguments) throws Exception {
		Path file = Path.of(arguments[1]);
		switch (arguments[0]) {
			case "register" -> register(file, arguments[2], Integer.parseInt(arguments[3]));
			case "churn" -> churn(file, arguments[2], Integer.parseInt(arguments[3]));
			case "lock" -> lock(file);
			case "try-lock" -> tryLock(file);
			case "take-slot" -> takeSlot(file);
			case "slot-state" -> System.out.println("slot is " + LiveSlots.state(file, Integer.parseInt(arguments[2])));
			default -> throw new IllegalArgumentException(arguments[0]);
		}
	}

	/**
	 * Register one service and stay.
	 */
	private static void register(Path file, String name, int port) throws IOException {
		registry(file).register(PortRegistration.builder(name, port).build());
		System.out.println("registered");
		waitForever();
	}

	/**
	 * Register, change and remove many instances, and keep one.
	 */
	private static void churn(Path file, String name, int rounds) throws IOException {
		FilePortRegistry registry = registry(file);
		PortRegistration kept = PortRegistration.builder(name, 10000).build();
		registry.register(kept);
		for (int round = 1; round <= rounds; round++) {
			PortRegistration passing = PortRegistration.builder(name + "-" + round, 10000 + round).build();
			registry.register(passing);
			registry.deregister(passing.instanceId());
		}
		System.out.println("done");
		waitForever();
	}

	private static void lock(Path file) throws IOException {
		new RegistryLock(file, Duration.ofSeconds(30)).hold(() -> {
			System.out.println("locked");
			waitForever();
			return null;
		});
	}

	private static void tryLock(Path file) throws IOException {
		try {
			new RegistryLock(file, Duration.ofMillis(50)).hold(() -> null);
			System.out.println("lock is free");
		}
		catch (RegistryLockedException ex) {
			System.out.println("lock is held by another");
		}
	}

	private static void takeSlot(Path file) throws IOException {
		System.out.println("took " + LiveSlots.of(file).take((slot) -> false));
		waitForever();
	}

	private static FilePortRegistry registry(Path file) {
		return new FilePortRegistry(file, Duration.ofMinutes(1));
	}

	/**
	 * The parent keeps the standard input open as long as this process should live.
	 */
	private static void waitForever() throws IOException {
		System.out.flush();
		while (System.in.read() != -1) {
			System.out.println("still here");
		}
	}

}
