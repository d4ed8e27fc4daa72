package dev.aidis.port.registry.cloud;

import dev.aidis.port.PortRegistration;

/**
 * Publishes nothing, since in Kubernetes the cluster itself does: an application is found
 * by the Services that lead to its pod, which its manifest makes. Whether they can be
 * read is told by who reads them.
 *
 * @since 0.1.0
 */
public final class KubernetesPublisher implements CloudPublisher {

	@Override
	public String location() {
		return "the Services of the Kubernetes cluster";
	}

	@Override
	public void verify() {
		// There is nothing to be written.
	}

	@Override
	public void publish(PortRegistration application) {
		// A Service does it.
	}

	@Override
	public void withdraw(PortRegistration application) {
		// The pod is taken out as soon as it is to end.
	}

	/**
	 * Whether a Service leads to the pod is the business of who wrote the manifest.
	 */
	@Override
	public boolean isPublished(PortRegistration application) {
		return true;
	}

}
