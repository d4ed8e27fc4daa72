package dev.aidis.port.discovery.cloud;

import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;

import dev.aidis.port.CleanEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of OpenFeign that knows a service's name and nothing else.
 */
class OpenFeignIT {

	@TempDir
	Path folder;

	@Test
	void feignClientFindsAServiceByNameWhereverItMoves() {
		try (ConfigurableApplicationContext orders = run("orders", WebApplicationType.NONE, Caller.class)) {
			Stock client = orders.getBean(Stock.class);
			for (int i = 0; i < 3; i++) {
				try (ConfigurableApplicationContext stock = run("stock", WebApplicationType.SERVLET,
						SpringCloudApplicationIT.Service.class)) {
					int port = ((WebServerApplicationContext) stock).getWebServer().getPort();
					assertThat(client.port()).isEqualTo(String.valueOf(port));
				}
			}
		}
	}

	private ConfigurableApplicationContext run(String name, WebApplicationType type, Class<?> configuration) {
		SpringApplication application = new SpringApplication(configuration);
		application.setWebApplicationType(type);
		application.setEnvironment(new CleanEnvironment(Map.of()));
		return application.run("--spring.application.name=" + name, "--spring.main.banner-mode=off",
				"--aidis.port.registry.file=" + this.folder.resolve("port-registry.json"),
				"--spring.autoconfigure.exclude=" + SpringCloudApplicationIT.JETTY);
	}

	@FeignClient("stock")
	interface Stock {

		@GetMapping("/port")
		String port();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableFeignClients(clients = Stock.class)
	static class Caller {

	}

}
