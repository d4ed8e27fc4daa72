package dev.aidis.port.registry.cloud;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PublishedPortTests {

	private final PublishedPort port = new PublishedPort();

	@Test
	void portThatTheRegistryDoesNotKnowIsTheApplications() {
		assertThat(this.port.choose(0, 41873)).isEqualTo(41873);
	}

	@Test
	void applicationIsFollowedToItsNextPort() {
		this.port.choose(0, 41873);
		assertThat(this.port.choose(41873, 41873)).isEqualTo(41873);
		assertThat(this.port.choose(41873, 50112)).isEqualTo(50112);
		assertThat(this.port.choose(50112, 41873)).isEqualTo(41873);
	}

	@Test
	void applicationThatSpringCloudHasPublishedFirstIsFollowedToo() {
		assertThat(this.port.choose(41873, 41873)).isEqualTo(41873);
		assertThat(this.port.choose(41873, 50112)).isEqualTo(50112);
	}

	@Test
	void portThatIsSetForTheRegistryStays() {
		assertThat(this.port.choose(443, 41873)).isEqualTo(443);
		assertThat(this.port.choose(443, 50112)).isEqualTo(443);
	}

}
