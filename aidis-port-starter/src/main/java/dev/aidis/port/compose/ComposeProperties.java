package dev.aidis.port.compose;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the registration of containers.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.docker-compose")
public class ComposeProperties {

	/**
	 * Whether containers with the label dev.aidis.service are registered. Spring Boot's
	 * Docker Compose support tells of them once, "docker compose ps" again and again.
	 */
	private boolean enabled = true;

	/**
	 * How long to wait between two looks at the containers.
	 */
	private Duration interval = Duration.ofSeconds(10);

	private final Ps ps = new Ps();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getInterval() {
		return this.interval;
	}

	public void setInterval(Duration interval) {
		this.interval = interval;
	}

	public Ps getPs() {
		return this.ps;
	}

	/**
	 * Ps.
	 */
	public static class Ps {

		/**
		 * Whether to ask "docker compose ps" which containers run.
		 */
		private boolean enabled;

		/**
		 * Command that tells which containers run, with its arguments.
		 */
		private List<String> command = new ArrayList<>(List.of("docker", "compose", "ps", "--format", "json"));

		/**
		 * How long the command may take.
		 */
		private Duration timeout = Duration.ofSeconds(5);

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public List<String> getCommand() {
			return this.command;
		}

		public void setCommand(List<String> command) {
			this.command = command;
		}

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

	}

}
