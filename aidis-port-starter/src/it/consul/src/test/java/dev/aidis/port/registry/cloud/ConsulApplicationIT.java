package dev.aidis.port.registry.cloud;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications with the agent of Consul that {@link ConsulAgent} plays.
 */
class ConsulApplicationIT extends CloudRegistryContract {

	private final HttpClient client = HttpClient.newHttpClient();

	@Override
	protected AutoCloseable startRegistry(int port) {
		return new ConsulAgent(port);
	}

	@Override
	protected List<String> settings(int port) {
		return List.of("--spring.cloud.consul.host=localhost", "--spring.cloud.consul.port=" + port);
	}

	@Override
	protected List<String> settingsThatNoticeACrash() {
		return List.of("--spring.cloud.consul.discovery.health-check-interval=1s",
				"--spring.cloud.consul.discovery.query-passing=true");
	}

	@AfterEach
	void agentWasAskedNothingThatItsDocumentationDoesNotKnow() {
		assertThat(ConsulAgent.complaints()).isEmpty();
	}

	@Override
	protected void published(ConfigurableApplicationContext asking, String name) throws Exception {
		List<String> checks = ConsulAgent.checkUrls(name);
		assertThat(checks).isNotEmpty();
		for (String url : checks) {
			assertThat(this.client.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
				.statusCode()).as(url).isEqualTo(200);
		}
	}

	/**
	 * A stub that takes everything would prove nothing.
	 */
	@Test
	void agentRefusesWhatConsulRefuses() throws Exception {
		try (ConsulAgent agent = new ConsulAgent(0)) {
			assertThat(register(agent, "{\"Name\": \"a\", \"Port\": 8080, \"Meta\": {\"a_b-C\": \"1\"}}"))
				.isEqualTo(200);
			assertThat(register(agent, "{\"Name\": \"a\", \"Port\": 8080, \"Meta\": {\"a.b\": \"1\"}}")).isEqualTo(400);
			assertThat(register(agent, "{\"Port\": 8080}")).isEqualTo(400);
			assertThat(register(agent, "{\"Name\": \"a\", \"Port\": 70000}")).isEqualTo(400);
			assertThat(register(agent, "{\"Name\": \"a\", \"Prt\": 8080}")).isEqualTo(400);
			assertThat(register(agent, "{\"Name\": \"a\", \"Check\": {\"HTTP\": \"http://localhost:1/\"}}"))
				.isEqualTo(400);
			assertThat(put(agent, "/v1/agent/service/deregister/nobody", "")).isEqualTo(404);
			assertThat(ConsulAgent.complaints()).hasSize(6);
			ConsulAgent.complaints().clear();
		}
	}

	private int register(ConsulAgent agent, String service) throws Exception {
		return put(agent, "/v1/agent/service/register", service);
	}

	private int put(ConsulAgent agent, String path, String body) throws Exception {
		return this.client
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + agent.port() + path))
				.PUT(HttpRequest.BodyPublishers.ofString(body))
				.build(), BodyHandlers.discarding())
			.statusCode();
	}

}
