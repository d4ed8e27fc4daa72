package dev.aidis.port.sample.command.page;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.aidis.port.sample.command.registry.Dependencies.Call;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GraphLayout}.
 */
class GraphLayoutTests {

	@Test
	void callersStandLeftOfThoseTheyCall() {
		assertThat(new GraphLayout(List.of("a", "b", "c"),
				List.of(new Call("a", "b"), new Call("b", "c"), new Call("a", "c")))
			.columns()).containsExactly(List.of("a"), List.of("b"), List.of("c"));
	}

	@Test
	void circlesAndCallsToOneselfComeToAnEnd() {
		assertThat(
				new GraphLayout(List.of("a", "b"), List.of(new Call("a", "b"), new Call("b", "a"), new Call("a", "a")))
					.columns())
			.containsExactly(List.of("a"), List.of("b"));
	}

	@Test
	void linesDoNotCrossWhereTheyNeedNot() {
		List<List<String>> columns = new GraphLayout(List.of("a", "b", "x", "y"),
				List.of(new Call("a", "y"), new Call("b", "x")))
			.columns();
		assertThat(columns.get(0).indexOf("a")).isEqualTo(columns.get(1).indexOf("y"));
		assertThat(columns.get(0).indexOf("b")).isEqualTo(columns.get(1).indexOf("x"));
	}

	@Test
	void nothingIsLaidOutAsNothing() {
		assertThat(new GraphLayout(List.of(), List.of()).columns()).isEmpty();
	}

}
