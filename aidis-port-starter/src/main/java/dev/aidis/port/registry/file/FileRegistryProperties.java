package dev.aidis.port.registry.file;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for the registry file.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.registry")
public class FileRegistryProperties {

	/**
	 * Path of the registry file. By default run/port-registry.json in the checkout the
	 * application is started from, else in .aidis in the user's home directory.
	 */
	private @Nullable String file;

	/**
	 * How long a write waits for other processes that are writing.
	 */
	private Duration lockTimeout = Duration.ofSeconds(5);

	public @Nullable String getFile() {
		return this.file;
	}

	public void setFile(@Nullable String file) {
		this.file = file;
	}

	public Duration getLockTimeout() {
		return this.lockTimeout;
	}

	public void setLockTimeout(Duration lockTimeout) {
		this.lockTimeout = lockTimeout;
	}

}
