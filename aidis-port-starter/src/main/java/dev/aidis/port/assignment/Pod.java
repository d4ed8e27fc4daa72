package dev.aidis.port.assignment;

import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.core.env.Environment;

/**
 * Tells whether an application runs in a pod of Kubernetes. There it has a network of its
 * own, so that nobody competes for its ports, and is reached through a Service that names
 * a fixed one.
 * <p>
 * {@code spring.main.cloud-platform} decides, as everywhere in Spring Boot. Without it
 * Spring Boot takes any two variables {@code X_SERVICE_HOST} and {@code X_SERVICE_PORT}
 * for a sign of Kubernetes, which a developer may have on his own machine; those of the
 * cluster itself are in every pod. A test in a pod, as where a pipeline runs its jobs in
 * a cluster, is no service that others reach.
 *
 * @since 0.1.0
 */
public final class Pod {

	private static final String CLOUD_PLATFORM = "spring.main.cloud-platform";

	private static final String TEST_MARKER = "org.springframework.boot.test.context.SpringBootTestContextBootstrapper";

	private Pod() {
	}

	/**
	 * Tell whether an application runs in a pod.
	 * @param environment the application's environment
	 * @return whether it does
	 */
	public static boolean is(Environment environment) {
		boolean decided = environment.containsProperty(CLOUD_PLATFORM);
		return CloudPlatform.KUBERNETES.isActive(environment)
				&& (decided || (environment.containsProperty("KUBERNETES_SERVICE_HOST")
						&& !environment.containsProperty(TEST_MARKER)));
	}

}
