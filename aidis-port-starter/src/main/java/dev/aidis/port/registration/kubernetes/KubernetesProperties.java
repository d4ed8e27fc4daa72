package dev.aidis.port.registration.kubernetes;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties for applications in a pod of Kubernetes.
 *
 * @since 0.1.0
 */
@ConfigurationProperties("aidis.port.kubernetes")
public class KubernetesProperties {

	/**
	 * Whether the application says on its own pod, in annotations, which service it is,
	 * at which port and where it answers for its health.
	 */
	private boolean annotatePod = true;

	public boolean isAnnotatePod() {
		return this.annotatePod;
	}

	public void setAnnotatePod(boolean annotatePod) {
		this.annotatePod = annotatePod;
	}

}
