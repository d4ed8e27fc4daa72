package dev.aidis.port.sample.command.security;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aidis.port.sample.command.CommandApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests with which settings the service does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartTests {

	@TempDir
	private Path temp;

	@ParameterizedTest
	@ValueSource(strings = { "--server.address=0.0.0.0", "--server.address=", "--server.address=::" })
	void doesNotListenOffThisMachineWithoutALogin(String address, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(address));
		assertThat(output).contains("The Command page would be open to other machines: server.address")
			.contains("aidis.command.login.enabled=true")
			.contains("aidis.command.login.password")
			.contains("aidis.command.allow-remote=true");
	}

	@Test
	void managementServerDoesNotEither(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> start("--management.server.port=0", "--management.server.address=0.0.0.0"));
		assertThat(output).contains("management.server.address is 0.0.0.0");
	}

	@Test
	void listensWhereverItIsToldIfSomebodyAllowsIt() {
		try (ConfigurableApplicationContext context = start("--server.address=0.0.0.0",
				"--aidis.command.allow-remote=true")) {
			assertThat(context.isRunning()).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "{noop}secret", "{bcrypt}secret", "{sha256}0123" })
	void doesNotTakeAPasswordThatIsNotEncodedWell(String password, CapturedOutput output) {
		assertThatException().isThrownBy(
				() -> start("--aidis.command.login.enabled=true", "--aidis.command.login.password=" + password));
		assertThat(output).contains("aidis.command.login.password").contains("{bcrypt}");
		assertThat(output.toString().replace("--aidis", "")).doesNotContain("secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "health-threads=0", "max-streams=0", "events=0", "usage-samples=1", "health-interval=0s",
			"usage-interval=-1s", "keep-dead=0s" })
	void doesNotTakeSettingsThatMakeNoSense(String setting, CapturedOutput output) {
		assertThatException().isThrownBy(() -> start("--aidis.command.monitor." + setting));
		assertThat(output).contains("aidis.command.monitor." + setting.split("=")[0]);
	}

	private ConfigurableApplicationContext start(String... arguments) {
		String[] all = java.util.stream.Stream
			.concat(java.util.stream.Stream.of(arguments),
					java.util.stream.Stream.of("--server.port=0",
							"--aidis.port.registry.file=" + this.temp.resolve("port-registry.json")))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(CommandApplication.class).run(all);
	}

}
