package dev.aidis.port.sample.command.registries;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;
import org.springframework.context.annotation.Configuration;

import dev.aidis.port.JavaProcess;
import dev.aidis.port.ReservedPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Eureka server, in a process of its own.
 */
final class Eureka implements Registry {

	private final HttpClient http = HttpClient.newHttpClient();

	private final ReservedPort port = new ReservedPort();

	private final JavaProcess process;

	Eureka() throws Exception {
		this.process = JavaProcess.start(JavaProcess.classPath(), Map.of(), Server.class.getName(),
				"--server.port=" + this.port, "--spring.application.name=eureka",
				"--eureka.client.register-with-eureka=false", "--eureka.client.fetch-registry=false",
				"--eureka.server.use-read-only-response-cache=false",
				// What is asked for while it changes would be kept as it was for minutes.
				"--eureka.server.response-cache-auto-expiration-in-seconds=1", "--eureka.dashboard.enabled=false");
		this.process.awaitLine("Eureka is ready");
	}

	@Override
	public String address() {
		return "http://localhost:" + this.port + "/eureka/";
	}

	@Override
	public List<Integer> ports(String service) throws IOException, InterruptedException {
		HttpResponse<String> answer = this.http
			.send(HttpRequest.newBuilder(URI.create(address() + "apps/" + service.toUpperCase(Locale.ROOT)))
				.timeout(Duration.ofSeconds(10))
				.header("Accept", "application/json")
				.build(), BodyHandlers.ofString());
		if (answer.statusCode() == 404) {
			return List.of();
		}
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
		return JsonMapper.shared()
			.readTree(answer.body())
			.required("application")
			.required("instance")
			.valueStream()
			.filter((instance) -> instance.required("status").stringValue().equals("UP"))
			.map((instance) -> instance.required("port").required("$").intValue())
			.toList();
	}

	@Override
	public void close() throws Exception {
		this.process.close();
		this.port.close();
	}

	/**
	 * What runs there.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableEurekaServer
	public static class Server {

		/**
		 * Run the server until it is killed.
		 * @param arguments the command line
		 */
		public static void main(String[] arguments) {
			SpringApplication.run(Server.class, arguments);
			System.out.println("Eureka is ready");
		}

	}

}
