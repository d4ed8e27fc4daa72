package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.apache.curator.x.discovery.ServiceDiscovery;
import org.apache.curator.x.discovery.ServiceDiscoveryBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.zookeeper.discovery.ZookeeperDiscoveryClient;
import org.springframework.cloud.zookeeper.discovery.ZookeeperDiscoveryProperties;
import org.springframework.cloud.zookeeper.discovery.ZookeeperInstance;
import org.springframework.cloud.zookeeper.serviceregistry.ZookeeperServiceRegistry;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryContract;
import dev.aidis.port.PortRegistryException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The bridge to Spring Cloud does what every registry does, in a real ZooKeeper.
 */
class ZookeeperPortRegistryIT extends PortRegistryContract {

	private static TestingServer server;

	private static CuratorFramework curator;

	private static int roots;

	private final String root = "/services-" + ++roots;

	private final List<AutoCloseable> open = Collections.synchronizedList(new ArrayList<>());

	private @Nullable CloudPortRegistry own;

	@BeforeAll
	static void startServer() throws Exception {
		server = new TestingServer();
		curator = CuratorFrameworkFactory.newClient(server.getConnectString(), new RetryOneTime(50));
		curator.start();
		curator.blockUntilConnected();
	}

	@AfterAll
	static void stopServer() throws Exception {
		curator.close();
		server.close();
	}

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Override
	protected PortRegistry registry() {
		return newRegistry();
	}

	@Override
	protected PortRegistry own() {
		CloudPortRegistry present = this.own;
		if (present == null) {
			present = newRegistry();
			this.own = present;
		}
		return present;
	}

	private CloudPortRegistry newRegistry() {
		ServiceDiscovery<ZookeeperInstance> discovery = discovery();
		ZookeeperDiscoveryProperties properties = new ZookeeperDiscoveryProperties(
				new InetUtils(new InetUtilsProperties()));
		ZookeeperDiscoveryClient client = new ZookeeperDiscoveryClient(discovery, null, properties);
		ZookeeperPublisher publisher = new ZookeeperPublisher(curator, discovery,
				new ZookeeperServiceRegistry(discovery), null, false, null);
		CloudPortRegistry registry = new CloudPortRegistry("this-test", () -> Stream.of(client),
				() -> Stream.of(publisher), Duration.ofMillis(50));
		this.open.add(registry);
		this.open.add(discovery);
		return registry;
	}

	private ServiceDiscovery<ZookeeperInstance> discovery() {
		ServiceDiscovery<ZookeeperInstance> discovery = ServiceDiscoveryBuilder.builder(ZookeeperInstance.class)
			.client(curator)
			.basePath(this.root)
			.build();
		Checked.run(discovery::start);
		return discovery;
	}

	@Test
	void instanceThatSomebodyRemovesIsPutBack() throws Exception {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		own().register(orders);
		curator.delete().forPath(this.root + "/orders/" + orders.instanceId());
		await().untilAsserted(() -> assertThat(registry().registrations("orders")).containsExactly(orders));
	}

	@Test
	void instanceOfAnotherProgramIsFoundWithWhatItTells() throws Exception {
		ServiceDiscovery<ZookeeperInstance> other = discovery();
		this.open.add(other);
		other.registerService(org.apache.curator.x.discovery.ServiceInstance.<ZookeeperInstance>builder()
			.name("legacy")
			.id("legacy-1")
			.address("10.0.0.7")
			.port(9001)
			.build());
		assertThat(registry().registrations("legacy")).singleElement().satisfies((found) -> {
			assertThat(found.uri()).hasToString("http://10.0.0.7:9001");
			assertThat(found.instanceId()).isEqualTo("legacy-1");
			assertThat(found.status()).isEqualTo(PortRegistration.Status.UNKNOWN);
		});
	}

	@Test
	void idThatIsNoNameOfANodeIsRefused() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).instanceId("a/b").build();
		PortRegistry own = own();
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> own.register(orders))
			.withMessageContaining("'a/b'");
		assertThat(own.problem("a/b")).hasValueSatisfying((problem) -> assertThat(problem).contains("'a/b'"));
	}

	@Test
	void springCloudSeesTheSecurePort() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).scheme("https").build();
		own().register(orders);
		ServiceDiscovery<ZookeeperInstance> discovery = discovery();
		this.open.add(discovery);
		ZookeeperDiscoveryClient client = new ZookeeperDiscoveryClient(discovery, null,
				new ZookeeperDiscoveryProperties(new InetUtils(new InetUtilsProperties())));
		assertThat(client.getInstances("orders")).singleElement().satisfies((ServiceInstance found) -> {
			assertThat(found.isSecure()).isTrue();
			assertThat(found.getPort()).isEqualTo(41873);
		});
	}

}
