package dev.aidis.port.registration.kubernetes;

import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;

/**
 * Writes on the pod that an application runs in what it is, once it is ready, for those
 * who look at pods rather than at Services. It needs the right to get and patch pods;
 * without it says so once, and nothing else changes. The application does not wait for
 * it.
 *
 * @since 0.1.0
 */
public final class OwnPodAnnotations implements ApplicationListener<ApplicationReadyEvent> {

	/**
	 * Annotation: the name of the service.
	 */
	static final String SERVICE = "dev.aidis/service";

	/**
	 * Annotation: the port that it listens on.
	 */
	static final String PORT = "dev.aidis/port";

	/**
	 * Annotation: where it answers for its health.
	 */
	static final String HEALTH = "dev.aidis/health";

	private static final Log logger = LogFactory.getLog(OwnPodAnnotations.class);

	private final ApplicationContext context;

	private final KubernetesClient client;

	private final String pod;

	private final Supplier<Optional<PortRegistration>> own;

	/**
	 * Create a new instance.
	 * @param context the application's own context
	 * @param client the cluster, in the application's namespace
	 * @param pod the name of the pod
	 * @param own the application's registration
	 */
	public OwnPodAnnotations(ApplicationContext context, KubernetesClient client, String pod,
			Supplier<Optional<PortRegistration>> own) {
		this.context = context;
		this.client = client;
		this.pod = pod;
		this.own = own;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.own.get().ifPresent((registration) -> {
				Thread thread = new Thread(() -> annotate(registration), "aidis-port-pod");
				thread.setDaemon(true);
				thread.start();
			});
		}
	}

	void annotate(PortRegistration registration) {
		try {
			this.client.pods()
				.withName(this.pod)
				.patch(PatchContext.of(PatchType.JSON_MERGE), JsonMapper.shared()
					.writeValueAsString(Map.of("metadata", Map.of("annotations", annotations(registration)))));
		}
		catch (KubernetesClientException ex) {
			logger.info("Pod '" + Printable.of(this.pod) + "' does not tell that it is service '"
					+ registration.serviceName() + "': " + reason(ex)
					+ ", or set aidis.port.kubernetes.annotate-pod=false.");
		}
	}

	private static String reason(KubernetesClientException ex) {
		return switch (ex.getCode()) {
			case HttpURLConnection.HTTP_FORBIDDEN ->
				"its service account may not get and patch pods. Allow that by a Role, see docs/kubernetes.md";
			case HttpURLConnection.HTTP_NOT_FOUND ->
				"there is no pod of that name in its namespace. Set HOSTNAME to the name of the pod";
			default -> Printable.of(String.valueOf(ex.getMessage())) + ". It is not tried again. Restart the pod";
		};
	}

	private static Map<String, String> annotations(PortRegistration registration) {
		Map<String, String> annotations = new LinkedHashMap<>();
		annotations.put(SERVICE, registration.serviceName());
		annotations.put(PORT, String.valueOf(registration.port()));
		if (registration.healthEndpoint() != null) {
			annotations.put(HEALTH, registration.healthEndpoint());
		}
		return annotations;
	}

}
