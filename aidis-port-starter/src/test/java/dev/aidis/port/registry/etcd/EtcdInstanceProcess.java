package dev.aidis.port.registry.etcd;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryObserver;

/**
 * What the tests run in other JVMs.
 */
final class EtcdInstanceProcess {

	private EtcdInstanceProcess() {
	}

	/**
	 * Register an instance.
	 * @param arguments the endpoint, the name of the service, its port, and whether to
	 * stay until the parent closes the standard input or to return at once without
	 * closing anything
	 */
	public static void main(String[] arguments) throws IOException {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(arguments[0]));
		properties.setLeaseTtl(Duration.ofSeconds(2));
		properties.setRequestTimeout(Duration.ofSeconds(20));
		EtcdPortRegistry registry = new EtcdPortRegistry(properties, "default", null, PortRegistryObserver.NONE);
		registry.watch((change) -> System.out.println("saw " + change.registration().serviceName()));
		registry.register(PortRegistration.builder(arguments[1], Integer.parseInt(arguments[2])).build());
		System.out.println("registered " + registry.registrations().size());
		if ("stay".equals(arguments[3])) {
			while (System.in.read() != -1) {
				System.out.println("still here");
			}
		}
		System.out.println("main ends");
	}

}
