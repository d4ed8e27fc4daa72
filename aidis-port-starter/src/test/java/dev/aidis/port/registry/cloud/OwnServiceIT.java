package dev.aidis.port.registry.cloud;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OwnService}.
 */
class OwnServiceIT {

	@Test
	void reasonTellsNoPassword() {
		Exception refused = new IllegalStateException("no",
				new IllegalArgumentException("GET http://me:se@cret,1@a:8761/eureka/apps, http://me:secret@b/ failed"));
		assertThat(OwnService.reason(refused)).isEqualTo("GET http://a:8761/eureka/apps, http://b/ failed");
	}

	@Test
	void reasonIsTheFailuresNameWhereItSaysNothing() {
		assertThat(OwnService.reason(new IllegalStateException())).isEqualTo("IllegalStateException");
	}

}
