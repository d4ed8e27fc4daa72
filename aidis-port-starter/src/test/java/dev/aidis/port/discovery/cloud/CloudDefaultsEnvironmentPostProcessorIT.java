package dev.aidis.port.discovery.cloud;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import dev.aidis.port.CleanEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Spring Cloud is told where the application says nothing.
 */
class CloudDefaultsEnvironmentPostProcessorIT {

	private static final List<String> HOSTS = List.of("eureka.instance.hostname",
			"spring.cloud.zookeeper.discovery.instance-host", "spring.cloud.consul.discovery.hostname");

	private static final String RETAIN = "spring.cloud.refresh.additional-property-sources-to-retain";

	private static final String REGISTER = "spring.cloud.zookeeper.discovery.register";

	@ParameterizedTest
	@CsvSource({ "127.0.0.1, localhost", "::1, localhost", "localhost, localhost", "192.0.2.7, 192.0.2.7", "0.0.0.0,",
			"'',", "no such address," })
	void addressThatTheServerListensOnAloneIsPublished(String address, String published) {
		ConfigurableEnvironment environment = process(Map.of("server.address", address));
		assertThat(HOSTS).allSatisfy((host) -> assertThat(environment.getProperty(host)).isEqualTo(published));
	}

	@Test
	void advertisedHostAndPortArePublishedUnlessTheApplicationSaysOtherwise() {
		ConfigurableEnvironment environment = process(Map.of("server.address", "127.0.0.1", "aidis.port.advertise.host",
				"build-7", "aidis.port.advertise.port", "9001", "eureka.instance.hostname", "mine"));
		assertThat(environment.getProperty("eureka.instance.hostname")).isEqualTo("mine");
		assertThat(environment.getProperty("spring.cloud.consul.discovery.hostname")).isEqualTo("build-7");
		assertThat(environment.getProperty("spring.cloud.zookeeper.discovery.instance-port")).isEqualTo("9001");
	}

	@Test
	void idsOfInstancesWithADynamicPortDiffer() {
		String id = process(Map.of("server.port", "0", "spring.application.name", "stock"))
			.getProperty("eureka.instance.instance-id");
		assertThat(id).startsWith("stock-");
		assertThat(process(Map.of("server.port", "0")).getProperty("eureka.instance.instance-id")).isNotEqualTo(id);
		assertThat(process(Map.of("server.port", "8080")).getProperty("eureka.instance.instance-id")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring-cloud", "SPRING_CLOUD", "springCloud" })
	void engineOfSpringCloudTakesOverFromZookeeper(String engine) {
		ConfigurableEnvironment environment = process(Map.of("aidis.port.registry.engine", engine));
		assertThat(environment.getProperty(REGISTER)).isEqualTo("false");
		assertThat(CloudDefaultsEnvironmentPostProcessor.takesOverFromZookeeper(environment)).isTrue();
	}

	@Test
	void applicationThatWantsToBeInZookeeperByItselfOrNotAtAllIsHeard() {
		for (String wanted : List.of("true", "false")) {
			ConfigurableEnvironment environment = process(
					Map.of("aidis.port.registry.engine", "spring-cloud", REGISTER, wanted));
			assertThat(environment.getProperty(REGISTER)).isEqualTo(wanted);
			assertThat(CloudDefaultsEnvironmentPostProcessor.takesOverFromZookeeper(environment)).isFalse();
		}
		assertThat(CloudDefaultsEnvironmentPostProcessor.takesOverFromZookeeper(process(Map.of()))).isFalse();
	}

	@Test
	void whatTheApplicationWantsToBeRetainedOrNeverRefreshedStaysSo() {
		ConfigurableEnvironment environment = process(Map.of(RETAIN + "[0]", "mine", RETAIN + "[1]", "others",
				"spring.cloud.refresh.never-refreshable", "com.example.Mine"));
		assertThat(environment.getProperty(RETAIN)).isEqualTo("mine,others,aidisPortRefresh,aidisPortCloudDefaults");
		// There is no Eureka here.
		assertThat(environment.getProperty("spring.cloud.refresh.never-refreshable")).isEqualTo("com.example.Mine");
		assertThat(process(Map.of()).getProperty("spring.cloud.refresh.never-refreshable")).isNull();
	}

	@Test
	void environmentThatIsUsedAgainIsDecidedAboutAgain() {
		ConfigurableEnvironment environment = process(Map.of());
		assertThat(environment.getProperty("eureka.instance.instance-id")).isNull();
		environment.getPropertySources().addFirst(new MapPropertySource("now", Map.of("server.port", "0")));
		new CloudDefaultsEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		assertThat(environment.getProperty("eureka.instance.instance-id")).isNotNull();
		assertThat(environment.getProperty(RETAIN)).isEqualTo("aidisPortRefresh,aidisPortCloudDefaults");
	}

	private static ConfigurableEnvironment process(Map<String, Object> properties) {
		ConfigurableEnvironment environment = new CleanEnvironment(Map.of());
		environment.getPropertySources().addFirst(new MapPropertySource("test", new LinkedHashMap<>(properties)));
		new CloudDefaultsEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
