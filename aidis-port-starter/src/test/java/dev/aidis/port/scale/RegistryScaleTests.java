package dev.aidis.port.scale;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RegistryScaleTests {

	private final ByteArrayOutputStream console = new ByteArrayOutputStream();

	private int run(String... arguments) throws Exception {
		return RegistryScale.run(new PrintStream(this.console, true, StandardCharsets.UTF_8), arguments);
	}

	private String told() {
		return this.console.toString(StandardCharsets.UTF_8);
	}

	@Test
	void measuresARegistryFileWithMoreAndMoreInstances() throws Exception {
		assertThat(run("--instances", "12,2", "--applications", "3")).isZero();
		assertThat(told().lines().skip(2)).hasSize(2)
			.satisfiesExactly((few) -> assertThat(few).startsWith("| 2 | ").endsWith(" |"),
					(many) -> assertThat(many).startsWith("| 12 | ").containsPattern("\\| \\d+\\.\\d µs \\|"));
	}

	@Test
	void saysWhatIsWrong() throws Exception {
		assertThat(run("--instances", "none")).isEqualTo(2);
		assertThat(told()).contains("--instances must be at least 1 but is 'none'");
		assertThat(run("--engine", "file")).isEqualTo(2);
		assertThat(told()).contains("There is no option '--engine'; --help lists them");
		assertThat(run("--rest")).isEqualTo(2);
		assertThat(told()).contains("A value is missing after --rest");
		assertThat(run("--help")).isZero();
		assertThat(told()).contains("--applications N");
	}

}
