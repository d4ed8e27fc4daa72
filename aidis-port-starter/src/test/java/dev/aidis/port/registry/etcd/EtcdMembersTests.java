package dev.aidis.port.registry.etcd;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class EtcdMembersTests {

	private static final URI A = URI.create("http://a:2379");

	private static final URI B = URI.create("http://b:2379");

	private static final URI C = URI.create("http://c:2379");

	private final EtcdMembers members = new EtcdMembers(List.of(A, B, C), 1);

	private List<List<URI>> choose(int times) {
		return Stream.generate(this.members::choose).limit(times).toList();
	}

	@Test
	void allAreTriedFirstAndAgainAfterEachOfThemAlone() {
		assertThat(choose(7)).containsExactly(List.of(A, B, C), List.of(B), List.of(C), List.of(A, B, C), List.of(A),
				List.of(B), List.of(A, B, C));
	}

	@Test
	void anotherOneFollowsTheOneThatHasAnsweredUntilNow() {
		assertThat(choose(2)).last().isEqualTo(List.of(B));
		this.members.answered();
		assertThat(choose(2)).containsExactly(List.of(C), List.of(A));
		this.members.answered();
		assertThat(choose(3)).containsExactly(List.of(B), List.of(C), List.of(A, B, C));
	}

	@Test
	void onlyOneIsTriedAgain() {
		EtcdMembers alone = new EtcdMembers(List.of(A));
		assertThat(Stream.generate(alone::choose).limit(3)).containsOnly(List.of(A));
		alone.answered();
		assertThat(alone.choose()).containsExactly(A);
	}

}
