package dev.aidis.port.discovery.cloud;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.util.Assert;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What we see of Spring Cloud's other registries.
 */
@ExtendWith(OutputCaptureExtension.class)
class DiscoveryClientServicesIT {

	@Test
	void instanceOfAnotherRegistryIsTranslated() {
		DefaultServiceInstance instance = new DefaultServiceInstance("host-1:stock", "stock", "10.0.0.7", 9001, true,
				Map.of("zone", "a", "management.port", "9002"));
		PortRegistration found = find(instance).get(0);
		assertThat(found.uri()).hasToString("https://10.0.0.7:9001");
		assertThat(found.instanceId()).isEqualTo("host-1:stock");
		assertThat(found.managementPort()).isEqualTo(9002);
		assertThat(found.status()).isEqualTo(Status.UNKNOWN);
		assertThat(found.pid()).isZero();
		assertThat(found.metadata()).containsEntry("zone", "a");
	}

	@Test
	void instanceWithoutAnIdIsKnownByItsAddress() {
		PortRegistration found = find(new DefaultServiceInstance(null, "stock", "10.0.0.7", 9001, false)).get(0);
		assertThat(found.instanceId()).isEqualTo("10.0.0.7:9001");
		assertThat(found.scheme()).isEqualTo("http");
	}

	@Test
	void instanceThatWasPublishedBeforeItsServerHadAPortIsNone() {
		assertThat(find(new DefaultServiceInstance("1", "stock", "10.0.0.7", 0, false),
				new DefaultServiceInstance("2", "stock", "10.0.0.7", 70000, false),
				new DefaultServiceInstance("3", "stock", "user@10.0.0.7", 9001, false),
				new DefaultServiceInstance("4", "stock", null, 9001, false)))
			.isEmpty();
	}

	@Test
	void managementPortThatIsNoneIsLeftOut() {
		for (String port : List.of("", "x", "0", "70000")) {
			assertThat(find(
					new DefaultServiceInstance("1", "stock", "localhost", 9001, false, Map.of("management.port", port)))
				.get(0)
				.managementPort()).as(port).isNull();
		}
	}

	@Test
	void firstRegistryThatKnowsTheServiceIsBelieved() {
		DiscoveryClientServices services = services(client(), client(instance("stock", 9001)),
				client(instance("stock", 9002), instance("orders", 9003)));
		assertThat(services.find("stock")).extracting(PortRegistration::port).containsExactly(9001);
		assertThat(services.find("orders")).extracting(PortRegistration::port).containsExactly(9003);
		assertThat(services.find("nobody")).isEmpty();
		assertThat(services.names()).containsExactlyInAnyOrder("stock", "orders");
	}

	@Test
	void ourOwnClientAndWhatIsMadeOfItAreNotAskedAgain() {
		DiscoveryClient other = client(instance("stock", 9001));
		CompositeDiscoveryClient composite = new CompositeDiscoveryClient(List.of(other));
		assertThat(services(composite).find("stock")).isEmpty();
		assertThat(services(composite, other).find("stock")).hasSize(1);
	}

	@Test
	void registryThatDoesNotAnswerIsToldOnceAndTheNextOneIsAsked(CapturedOutput output) {
		AtomicBoolean down = new AtomicBoolean(true);
		DiscoveryClient failing = new DiscoveryClient() {

			@Override
			public String description() {
				return "far\u001b[31m away";
			}

			@Override
			public List<ServiceInstance> getInstances(String serviceId) {
				Assert.state(!down.get(), "no connection");
				return List.of(new DefaultServiceInstance("1", serviceId, "localhost", 9001, false));
			}

			@Override
			public List<String> getServices() {
				Assert.state(!down.get(), "no connection");
				return List.of("stock");
			}

		};
		DiscoveryClientServices services = services(failing, client(instance("stock", 9002)));
		for (int i = 0; i < 3; i++) {
			assertThat(services.find("stock")).extracting(PortRegistration::port).containsExactly(9002);
			assertThat(services.names()).containsExactly("stock");
		}
		assertThat(output.getOut().split("does not answer: no connection", -1)).hasSize(2);
		assertThat(output).doesNotContain("\u001b");
		down.set(false);
		assertThat(services.find("stock")).extracting(PortRegistration::port).containsExactly(9001);
		down.set(true);
		services.find("stock");
		assertThat(output.getOut().split("does not answer: no connection", -1)).hasSize(3);
	}

	@Test
	void registriesAreNamedButForOneWithoutServices() {
		assertThat(services(client()).location()).isEmpty();
		assertThat(services(client(instance("stock", 9001))).location()).isEqualTo("Simple Discovery Client");
	}

	private static List<PortRegistration> find(ServiceInstance... instances) {
		DiscoveryClient client = new DiscoveryClient() {

			@Override
			public String description() {
				return "test";
			}

			@Override
			public List<ServiceInstance> getInstances(String serviceId) {
				return List.of(instances);
			}

			@Override
			public List<String> getServices() {
				return List.of("stock");
			}

		};
		return services(client).find("stock");
	}

	private static DiscoveryClientServices services(DiscoveryClient... clients) {
		return new DiscoveryClientServices(() -> Stream.of(clients));
	}

	private static DiscoveryClient client(InstanceProperties... instances) {
		SimpleDiscoveryProperties properties = new SimpleDiscoveryProperties();
		for (InstanceProperties instance : instances) {
			properties.getInstances().put(instance.getServiceId(), List.of(instance));
		}
		return new SimpleDiscoveryClient(properties);
	}

	private static InstanceProperties instance(String name, int port) {
		InstanceProperties instance = new InstanceProperties();
		instance.setServiceId(name);
		instance.setUri(URI.create("http://localhost:" + port));
		return instance;
	}

}
