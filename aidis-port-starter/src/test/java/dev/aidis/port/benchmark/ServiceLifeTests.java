package dev.aidis.port.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceLife}.
 */
class ServiceLifeTests {

	private final ByteArrayOutputStream console = new ByteArrayOutputStream();

	private int run(String... arguments) throws Exception {
		return ServiceLife.run(new PrintStream(this.console, true, StandardCharsets.UTF_8), arguments);
	}

	private String told() {
		return this.console.toString(StandardCharsets.UTF_8);
	}

	@Test
	void saysWhatIsWrong() throws Exception {
		assertThat(run("--rounds", "none")).isEqualTo(2);
		assertThat(told()).contains("--rounds must be at least 1 but is 'none'");
		assertThat(run("--rounds")).isEqualTo(2);
		assertThat(run("--etcd", "localhost")).isEqualTo(2);
		assertThat(told()).contains("--etcd must be a URL but is 'localhost'");
		assertThat(run("--engine")).isEqualTo(2);
		assertThat(told()).contains("There is no option '--engine'; --help lists them");
		assertThat(run("--help")).isZero();
		assertThat(told()).contains("--rounds N");
	}

}
