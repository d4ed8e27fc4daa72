package dev.aidis.port.sample.command.history;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.env.MockEnvironment;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortPools}.
 */
class PortPoolsTests {

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void nothingIsKnownWhereNobodyTellsOfARange() {
		assertThat(fill(service("orders", 4000))).isEmpty();
	}

	@Test
	void rangesOfTheSettingsAreKnownWithoutAnyService() {
		this.environment.withProperty("aidis.port.range", "20000-20099")
			.withProperty("aidis.port.services.stock.range", "21000-21009")
			.withProperty("aidis.port.services.mail.default-port", "9000");
		assertThat(fill()).containsExactly(new PoolFill("20000-20099", 0, 100), new PoolFill("21000-21009", 0, 10));
	}

	@Test
	void rangeThatAServiceTellsOfIsKnown() {
		assertThat(fill(ofRange("orders", 30001, "30000-30009"), ofRange("stock", 30002, "30000-30009"),
				service("mail", 40000)))
			.containsExactly(new PoolFill("30000-30009", 2, 10));
	}

	@Test
	void whatIsSaidForPeopleIsNotTakenForARange() {
		PortRegistration told = PortRegistration.builder("orders", 30001)
			.metadata(PortRegistration.ASSIGNED_BY, "environment variable AIDIS_ORDERS_PORT, one of 30000-30009")
			.build();
		assertThat(fill(told)).isEmpty();
	}

	@Test
	void everyPortOfTheRangeCountsWhoeverHasItAndWhateverFor() {
		this.environment.withProperty("aidis.port.range", "30000-30009");
		PortRegistration managed = PortRegistration.builder("stock", 30002).managementPort(30003).build();
		assertThat(fill(service("orders", 30000), service("mail", 30009), service("other", 30010), managed))
			.containsExactly(new PoolFill("30000-30009", 4, 10));
	}

	@Test
	void portThatTwoHaveCountsOnce() {
		this.environment.withProperty("aidis.port.range", "30000-30009");
		assertThat(fill(service("orders", 30000), service("stock", 30000)))
			.containsExactly(new PoolFill("30000-30009", 1, 10));
	}

	@Test
	void sameRangeOfSettingsAndServicesIsOne() {
		this.environment.withProperty("aidis.port.range", " 30000 - 30009 ")
			.withProperty("aidis.port.services.orders.range", "30000-30009");
		assertThat(fill(ofRange("orders", 30001, "30000-30009"))).containsExactly(new PoolFill("30000-30009", 1, 10));
	}

	@Test
	void rangeOfOnePortIsOne() {
		assertThat(fill(ofRange("orders", 30001, "30001-30001"))).containsExactly(new PoolFill("30001-30001", 1, 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "8080", "a-b", "1-2-3", "9-1", "0-10", "1-65536", "99999999999-99999999999",
			"<img src=x>" })
	void whatIsNoRangeIsNone(String text) {
		this.environment.withProperty("aidis.port.range", text);
		assertThat(fill(ofRange("orders", 5, text))).isEmpty();
	}

	@Test
	void whoWritesTheRegistryCannotMakeUpMoreRangesThanAChartCanShow() {
		this.environment.withProperty("aidis.port.range", "65000-65001");
		PortRegistration[] many = IntStream.rangeClosed(1, 50)
			.mapToObj((port) -> ofRange("service-" + port, port, port + "-" + port))
			.toArray(PortRegistration[]::new);
		assertThat(fill(many)).hasSize(20).contains(new PoolFill("65000-65001", 0, 2));
	}

	private List<PoolFill> fill(PortRegistration... live) {
		return new PortPools(this.environment).fill(List.of(live));
	}

	private static PortRegistration service(String name, int port) {
		return PortRegistration.builder(name, port).build();
	}

	private static PortRegistration ofRange(String name, int port, String range) {
		return PortRegistration.builder(name, port).metadata(Map.of(PortRegistration.RANGE, range)).build();
	}

}
