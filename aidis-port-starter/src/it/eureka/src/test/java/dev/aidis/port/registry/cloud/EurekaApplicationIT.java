package dev.aidis.port.registry.cloud;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.netflix.appinfo.InstanceInfo;
import com.netflix.discovery.EurekaClient;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

import dev.aidis.port.JavaProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications with a real Eureka server, which is another process.
 */
class EurekaApplicationIT extends CloudRegistryContract {

	@Override
	protected AutoCloseable startRegistry(int port) throws Exception {
		JavaProcess server = JavaProcess.start(JavaProcess.classPath(), Map.of(), EurekaServer.class.getName(),
				"--server.port=" + port, "--spring.application.name=eureka", "--aidis.port.enabled=false",
				"--eureka.client.register-with-eureka=false", "--eureka.client.fetch-registry=false",
				"--eureka.server.use-read-only-response-cache=false",
				// What is asked for while it changes would be kept as it was for minutes.
				"--eureka.server.response-cache-auto-expiration-in-seconds=1",
				"--eureka.server.enable-self-preservation=false", "--eureka.server.eviction-interval-timer-in-ms=500",
				"--eureka.dashboard.enabled=false", "--logging.level.root=warn");
		server.awaitLine("Eureka is ready");
		return server;
	}

	/**
	 * Spring Cloud's defaults would make a test wait for half a minute here and there,
	 * and Jersey is there for the server only.
	 */
	@Override
	protected List<String> settings(int port) {
		return List.of("--eureka.client.service-url.defaultZone=http://localhost:" + port + "/eureka/",
				"--eureka.client.jersey.enabled=false", "--eureka.client.registry-fetch-interval-seconds=1",
				"--eureka.client.instance-info-replication-interval-seconds=1",
				"--logging.level.com.netflix.discovery=off");
	}

	@Override
	protected List<String> settingsThatNoticeACrash() {
		return List.of("--eureka.instance.lease-renewal-interval-in-seconds=1",
				"--eureka.instance.lease-expiration-duration-in-seconds=2");
	}

	/**
	 * What asks Eureka for the health of an instance has to be led to where it is, as
	 * soon as the client has fetched an address that is newer than a move.
	 */
	@Override
	protected void published(ConfigurableApplicationContext asking, String name) {
		EurekaClient client = asking.getBean(EurekaClient.class);
		RestClient http = RestClient.create();
		await().atMost(Duration.ofSeconds(20)).ignoreException(ResourceAccessException.class).untilAsserted(() -> {
			List<InstanceInfo> instances = client.getInstancesByVipAddress(name, false);
			assertThat(instances).isNotEmpty();
			for (InstanceInfo instance : instances) {
				Integer status = http.get()
					.uri(instance.getHealthCheckUrl())
					.exchange((request, response) -> response.getStatusCode().value());
				assertThat(status).as(instance.getHealthCheckUrl()).isEqualTo(200);
			}
		});
	}

}
