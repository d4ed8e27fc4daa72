package dev.aidis.port.registration;

import org.jspecify.annotations.Nullable;

/**
 * Where the application answers for its health, if it does.
 *
 * @since 0.1.0
 */
public interface HealthPath {

	/**
	 * An application that does not answer for its health.
	 */
	HealthPath NONE = new HealthPath() {

		@Override
		public @Nullable String onApplicationServer() {
			return null;
		}

		@Override
		public @Nullable String onManagementServer() {
			return null;
		}

	};

	/**
	 * Return the path on the application's own server, below its context path.
	 * @return the path, or {@code null} if there is none
	 */
	@Nullable String onApplicationServer();

	/**
	 * Return the path on a separate management server.
	 * @return the path, or {@code null} if there is none
	 */
	@Nullable String onManagementServer();

}
