package dev.aidis.port.actuate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.ServiceNotFoundException;
import dev.aidis.port.assignment.ReservedRange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The meters of a running application.
 */
class PortMetricsTests {

	private static final String LEFT_ALONE = "--aidis.port.registry.check-interval=1h";

	@TempDir
	Path folder;

	private ConfigurableApplicationContext context;

	@AfterEach
	void close() {
		if (this.context != null) {
			this.context.close();
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { Application.class, Unobserved.class })
	void everyMeterIsThereWithDescriptionUnitAndTagsAndNoOther(Class<?> application) {
		try (ReservedRange range = ReservedRange.of(8)) {
			run(application, "--aidis.orders.port=" + range.first() + "-" + range.last());
			discovery().find("orders");
			List<Meter> ours = meters().getMeters()
				.stream()
				.filter((meter) -> meter.getId().getName().startsWith("aidis."))
				.filter((meter) -> !meter.getId().getName().endsWith(".active"))
				.toList();
			assertThat(ours).extracting((meter) -> meter.getId().getName())
				.containsOnly(Stream.of(PortMetrics.values()).map(PortMetrics::getName).toArray(String[]::new));
			assertThat(ours).allSatisfy((meter) -> {
				PortMetrics documented = documented(meter);
				assertThat(meter.getId().getTags()).extracting(Tag::getKey)
					.containsExactlyInAnyOrder(
							Arrays.stream(documented.getKeyNames()).map(KeyName::asString).toArray(String[]::new));
				assertThat(meter.getId().getType()).isEqualTo(documented.getType());
				if (documented.getBaseUnit() != null) {
					assertThat(meter.getId().getBaseUnit()).isEqualTo(documented.getBaseUnit());
				}
				if (documented != PortMetrics.LOOKUPS || application == Unobserved.class) {
					assertThat(meter.getId().getDescription()).isEqualTo(documented.getDescription());
				}
			});
		}
	}

	private static PortMetrics documented(Meter meter) {
		return Arrays.stream(PortMetrics.values())
			.filter((metric) -> metric.getName().equals(meter.getId().getName()))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@EnumSource
	void everyMeterHasADescription(PortMetrics metric) {
		assertThat(metric.getDescription()).isNotBlank().doesNotEndWith(".");
		assertThat(metric.getName()).startsWith("aidis.port.").isLowerCase();
	}

	@ParameterizedTest
	@ValueSource(classes = { Application.class, Unobserved.class })
	void lookUpsAreTimedByWhatWasAskedForAndHowTheyEnded(Class<?> application) throws Exception {
		run(application, LEFT_ALONE);
		discovery().find("orders");
		discovery().find("orders");
		discovery().find("nobody");
		discovery().findAll("nobody");
		discovery().resolve("orders");
		discovery().await("orders", Duration.ofMinutes(1));
		assertThatExceptionOfType(ServiceNotFoundException.class).isThrownBy(() -> discovery().resolve("nobody"));
		assertThatExceptionOfType(ServiceNotFoundException.class)
			.isThrownBy(() -> discovery().await("nobody", Duration.ZERO));
		assertThat(lookups("find", "hit")).isEqualTo(2);
		assertThat(lookups("find", "miss")).isEqualTo(1);
		assertThat(lookups("find_all", "miss")).isEqualTo(1);
		assertThat(lookups("resolve", "hit")).isEqualTo(1);
		assertThat(lookups("resolve", "miss")).isEqualTo(1);
		assertThat(lookups("await", "hit")).isEqualTo(1);
		assertThat(lookups("await", "miss")).isEqualTo(1);
		assertThat(meters().get("aidis.port.lookups").timers()).extracting((timer) -> timer.getId().getTag("error"))
			.containsOnly("none");
		assertThat(meters().get("aidis.port.lookups").timers())
			.allMatch((timer) -> timer.totalTime(TimeUnit.NANOSECONDS) > 0);

		// Whom it looks up is written by another thread, which would make the file anew.
		await().until(() -> Files.readString(file()).contains("nobody"));
		Files.delete(file());
		Files.createDirectory(file());
		assertThatExceptionOfType(PortRegistryException.class).isThrownBy(() -> discovery().find("orders"));
		assertThat(lookups("find", "error")).isEqualTo(1);
		assertThat(meters().get("aidis.port.lookups").tag("outcome", "error").timer().getId().getTag("error"))
			.isEqualTo("PortRegistryException");
		Files.delete(file());
	}

	@Test
	void aRequestByNameIsALookUp() {
		run(Application.class);
		RestClient client = this.context.getBean(RestClient.Builder.class).baseUrl("aidis://orders").build();
		assertThat(client.get().uri("/actuator/health").retrieve().toBodilessEntity().getStatusCode().is2xxSuccessful())
			.isTrue();
		assertThat(lookups("resolve", "hit")).isEqualTo(1);
	}

	@Test
	void metersAndObservationsCanBeSwitchedOffAsOthersCan() {
		run(Application.class, "--management.metrics.enable.aidis=false");
		discovery().find("orders");
		assertThat(meters().getMeters()).noneMatch((meter) -> meter.getId().getName().startsWith("aidis."));
		this.context.close();
		run(Application.class, "--management.observations.enable.aidis.port.lookups=false");
		assertThat(discovery().find("orders")).isPresent();
		assertThat(meters().find("aidis.port.lookups").timer()).isNull();
		assertThat(meters().find("aidis.port.registry.write").timer()).isNotNull();
	}

	@Test
	void namesOfServicesAreNoTags() {
		run(Application.class);
		for (int i = 0; i < 50; i++) {
			discovery().find("invented-" + i);
		}
		assertThat(meters().get("aidis.port.lookups").timers()).hasSize(1);
		assertThat(meters().getMeters()).noneMatch((meter) -> meter.getId().toString().contains("invented"));
	}

	@Test
	void theApplicationMayNameObservationsOtherwise() {
		run(Renaming.class);
		discovery().find("orders");
		assertThat(meters().get("shop.lookups").tag("wanted", "orders").timer().count()).isEqualTo(1);
		assertThat(meters().find("aidis.port.lookups").timer()).isNull();
	}

	@Test
	void aTraceTellsTheNameWithNothingInItThatATerminalObeys() {
		run(Recording.class);
		discovery().find("orders\u001b[31m");
		Recording recording = this.context.getBean(Recording.class);
		assertThat(recording.context.getHighCardinalityKeyValue("aidis.service").getValue())
			.isEqualTo("orders\\u001b[31m");
		assertThat(recording.context.getLowCardinalityKeyValue("outcome").getValue()).isEqualTo("miss");
		assertThat(recording.context.getContextualName()).isEqualTo("look up service");
	}

	@Test
	void liveAndStaleEntriesAreCounted() throws Exception {
		run(Application.class, LEFT_ALONE);
		this.context.getBean(PortRegistry.class).register(PortRegistration.builder("stock", 41873).build());
		Files.writeString(file(),
				Files.readString(file()).replaceFirst("\\{", "{ \"dead\": { \"port\": 5000, \"pid\": 999999999 },"));
		await().untilAsserted(() -> {
			assertThat(gauge("aidis.port.registrations", "state", "live")).isEqualTo(2);
			assertThat(gauge("aidis.port.registrations", "state", "stale")).isEqualTo(1);
		});
	}

	@Test
	void theOwnEntryIsPutBackAndThatIsCounted() throws Exception {
		run(Application.class);
		assertThat(meters().get("aidis.port.registered").gauge().value()).isEqualTo(1);
		Files.writeString(file(), "{}\n");
		await().untilAsserted(
				() -> assertThat(meters().get("aidis.port.registry.reassertions").counter().count()).isPositive());
		assertThat(meters().get("aidis.port.registry.write").timer().count()).isGreaterThan(1);
		assertThat(meters().get("aidis.port.registry.lock.wait").tag("outcome", "acquired").timer().count())
			.isGreaterThan(1);
	}

	@Test
	void aServiceThatCannotRegisterTellsSo() throws Exception {
		Files.createDirectory(file());
		run(Application.class, LEFT_ALONE);
		assertThat(meters().get("aidis.port.registered").gauge().value()).isZero();
		assertThat(meters().get("aidis.port.registrations").tag("state", "live").gauge().value()).isNaN();
	}

	@Test
	void whatTheStarterTakesAtStartupIsTold() {
		run(Application.class);
		assertThat(seconds("aidis.port.startup.assignment")).isPositive().isLessThan(60);
		assertThat(seconds("aidis.port.startup.registration")).isPositive().isLessThan(60);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void theRangeIsToldWithItsSizeAndWhatIsLeased() {
		try (ReservedRange range = ReservedRange.of(8)) {
			String setting = range.first() + "-" + range.last();
			run(Application.class, "--aidis.orders.port=" + setting);
			assertThat(gauge("aidis.port.pool.size", "range", setting)).isEqualTo(8);
			assertThat(gauge("aidis.port.pool.leased", "range", setting)).isEqualTo(1);
		}
	}

	@Test
	void withoutARangeThereIsNoPool() {
		run(Application.class);
		assertThat(meters().find("aidis.port.pool.size").meter()).isNull();
		assertThat(meters().find("aidis.port.pool.leased").meter()).isNull();
	}

	private void run(Class<?> application, String... arguments) {
		SpringApplication spring = new SpringApplication(application);
		spring.setDefaultProperties(Map.of("spring.application.name", "orders", "aidis.port.registry.file",
				file().toString(), "spring.jmx.enabled", "false", "server.port", "0",
				"spring.main.web-application-type", "servlet", "management.health.portregistry.enabled", "false"));
		this.context = spring.run(arguments);
	}

	private Path file() {
		return this.folder.resolve("port-registry.json");
	}

	private PortDiscovery discovery() {
		return this.context.getBean(PortDiscovery.class);
	}

	private MeterRegistry meters() {
		return this.context.getBean(MeterRegistry.class);
	}

	private double gauge(String name, String tag, String value) {
		return meters().get(name).tag(tag, value).gauge().value();
	}

	private double seconds(String name) {
		return meters().get(name).timeGauge().value(TimeUnit.SECONDS);
	}

	private long lookups(String operation, String outcome) {
		return meters().get("aidis.port.lookups").tag("operation", operation).tag("outcome", outcome).timer().count();
	}

	@EnableAutoConfiguration
	static class Application {

	}

	@EnableAutoConfiguration
	static class Renaming {

		@Bean
		PortLookupObservationConvention convention() {
			return new DefaultPortLookupObservationConvention() {

				@Override
				public String getName() {
					return "shop.lookups";
				}

				@Override
				public KeyValues getLowCardinalityKeyValues(PortLookupContext context) {
					return KeyValues.of("wanted", context.getServiceName());
				}

			};
		}

	}

	@EnableAutoConfiguration
	@Configuration(proxyBeanMethods = false)
	static class Recording implements ObservationHandler<PortLookupContext> {

		private volatile PortLookupContext context;

		@Override
		public void onStop(PortLookupContext context) {
			this.context = context;
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof PortLookupContext;
		}

	}

	/**
	 * An application that records no observations.
	 */
	@EnableAutoConfiguration
	static class Unobserved {

		@Bean
		ObservationRegistry observationRegistry() {
			return ObservationRegistry.NOOP;
		}

	}

}
