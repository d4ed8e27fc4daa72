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

	/**
	 * How often a service looks whether its entry is still there and right, and tries
	 * again when it could not be written.
	 */
	private Duration checkInterval = Duration.ofMillis(250);

	/**
	 * What happens when a service registers under a name that a live instance has: both
	 * are kept, the later one takes the name, or the later one does not start. The
	 * engines etcd and spring-cloud keep both.
	 */
	private OnDuplicate onDuplicate = OnDuplicate.REPLICATE;

	/**
	 * Whether changes are notified by the operating system, beside looking from time to
	 * time, while the application listens for them.
	 */
	private boolean watch = true;

	/**
	 * Whether folder and file may belong to another user and be writable for their group.
	 */
	private boolean shared;

	/**
	 * Whether a file system without working locks is refused. Without them, services that
	 * write at the same moment undo each other's changes, and then make them again.
	 */
	private boolean requireLock = true;

	/**
	 * Whether a write waits until the disk has it. Entries never outlive their processes,
	 * so this only helps programs that keep other things in the file.
	 */
	private boolean sync;

	static FileRegistryProperties withLockTimeout(Duration lockTimeout) {
		FileRegistryProperties properties = new FileRegistryProperties();
		properties.setLockTimeout(lockTimeout);
		return properties;
	}

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

	public Duration getCheckInterval() {
		return this.checkInterval;
	}

	public void setCheckInterval(Duration checkInterval) {
		this.checkInterval = checkInterval;
	}

	public OnDuplicate getOnDuplicate() {
		return this.onDuplicate;
	}

	public void setOnDuplicate(OnDuplicate onDuplicate) {
		this.onDuplicate = onDuplicate;
	}

	public boolean isWatch() {
		return this.watch;
	}

	public void setWatch(boolean watch) {
		this.watch = watch;
	}

	public boolean isShared() {
		return this.shared;
	}

	public void setShared(boolean shared) {
		this.shared = shared;
	}

	public boolean isRequireLock() {
		return this.requireLock;
	}

	public void setRequireLock(boolean requireLock) {
		this.requireLock = requireLock;
	}

	public boolean isSync() {
		return this.sync;
	}

	public void setSync(boolean sync) {
		this.sync = sync;
	}

}
