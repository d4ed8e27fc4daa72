package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortRange}.
 */
class PortRangeTests {

	private static final PortRange RANGE = new PortRange(20000, 20099);

	@Test
	void orderHasEachPortOnce() {
		assertThat(RANGE.inOrderOf("orders"))
			.containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(20000, 20099).boxed().toList());
		assertThat(new PortRange(1, 65535).inOrderOf("orders")).doesNotHaveDuplicates().hasSize(65535);
	}

	/**
	 * The numbers must never change, or every service moves with the next version.
	 */
	@Test
	void orderIsAlwaysTheSame() {
		assertThat(RANGE.inOrderOf("orders /home/me/shop/run/port-registry.json")).startsWith(20080, 20037, 20071);
	}

	@Test
	void servicesAndCheckoutsPreferDifferentPorts() {
		Set<Integer> preferred = new HashSet<>();
		for (int i = 0; i < 100; i++) {
			preferred.add(RANGE.inOrderOf("orders /home/me/checkout-" + i + "/run/port-registry.json").get(0));
		}
		// With pure chance it would be 63.
		assertThat(preferred).hasSizeGreaterThan(50);
	}

	@Test
	void orderOfThePortsStaysWhenTheRangeGrows() {
		List<Integer> grown = new ArrayList<>(new PortRange(20000, 20199).inOrderOf("orders"));
		grown.removeIf((port) -> port > 20099);
		assertThat(grown).isEqualTo(RANGE.inOrderOf("orders"));
	}

	@ParameterizedTest
	@CsvSource({ "19000,19999,false", "19000,20000,true", "20050,20060,true", "1,65535,true", "20099,20200,true",
			"20100,20200,false" })
	void overlapsWhereTheyHaveAPortInCommon(int first, int last, boolean overlaps) {
		assertThat(RANGE.overlaps(new PortRange(first, last))).isEqualTo(overlaps);
		assertThat(new PortRange(first, last).overlaps(RANGE)).isEqualTo(overlaps);
	}

	@Test
	void bothEndsBelongToIt() {
		assertThat(List.of(19999, 20000, 20099, 20100)).filteredOn(RANGE::contains).containsExactly(20000, 20099);
		assertThat(RANGE).hasToString("20000-20099");
	}

}
