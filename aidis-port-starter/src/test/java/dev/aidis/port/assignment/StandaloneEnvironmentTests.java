package dev.aidis.port.assignment;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

import dev.aidis.port.assignment.PortAssignment.Rung;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link StandaloneEnvironment}.
 */
class StandaloneEnvironmentTests {

	private static ConfigurableEnvironment environment(Map<String, Object> settings) {
		ConfigurableEnvironment environment = StandaloneEnvironment.create("orders-worker");
		environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
		return environment;
	}

	@Test
	void programHasTheNameItSays() {
		ConfigurableEnvironment environment = environment(Map.of("spring.application.name", "other"));
		assertThat(StandaloneEnvironment.assignPort(environment).serviceName()).isEqualTo("orders-worker");
	}

	@Test
	void portIsFoundAsThatOfAnApplication() {
		PortAssignment assignment = StandaloneEnvironment
			.assignPort(environment(Map.of("AIDIS_ORDERS_WORKER_PORT", "4711", "PORT", "4712")));
		assertThat(assignment.rung()).isEqualTo(Rung.SERVICE_SETTING);
		assertThat(assignment.requestedPort()).isEqualTo(4711);
	}

	@Test
	void portIsDynamicWhereNothingIsKnown() {
		PortAssignment assignment = StandaloneEnvironment
			.assignPort(environment(Map.of("AIDIS_ORDERS_WORKER_PORT", "0")));
		assertThat(assignment.requestedPort()).isZero();
	}

	@Test
	void portOfARangeIsHeldUntilTheProgramEnds() {
		try (ReservedRange range = ReservedRange.of(2)) {
			ConfigurableEnvironment first = environment(Map.of("AIDIS_ORDERS_WORKER_PORT", range.toString()));
			ConfigurableEnvironment second = environment(Map.of("AIDIS_ORDERS_WORKER_PORT", range.toString()));
			Integer port = StandaloneEnvironment.assignPort(first).requestedPort();
			try (PortReservation reservation = PortReservation.of(first)) {
				assertThat(StandaloneEnvironment.assignPort(second).requestedPort()).isNotEqualTo(port);
				assertThat(reservation.recheck(port)).isEqualTo(port);
				reservation.bound(port);
			}
			finally {
				PortReservation.of(second).close();
			}
		}
	}

	@Test
	void settingThatIsNoPortIsAnErrorForThoseWhoAreStrict() {
		ConfigurableEnvironment environment = environment(
				Map.of("AIDIS_ORDERS_WORKER_PORT", "soon", "aidis.port.strict", "true"));
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> StandaloneEnvironment.assignPort(environment))
			.withMessageContaining("soon");
	}

}
