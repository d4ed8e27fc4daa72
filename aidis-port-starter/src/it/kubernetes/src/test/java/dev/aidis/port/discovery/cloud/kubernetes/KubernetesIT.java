package dev.aidis.port.discovery.cloud.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import dev.aidis.port.CleanEnvironment;
import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;
import dev.aidis.port.registry.none.NoPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Applications in a pod, before an API server that keeps what it is given.
 */
@EnableKubernetesMockClient(crud = true)
@ExtendWith(OutputCaptureExtension.class)
class KubernetesIT {

	KubernetesClient client;

	private final List<ConfigurableApplicationContext> running = new ArrayList<>();

	@AfterEach
	void stop() {
		this.running.forEach(ConfigurableApplicationContext::close);
	}

	@Test
	void podTellsWhatRunsInItAndHasNoRegistryFile() {
		this.client.pods().resource(pod("orders-1")).create();
		ConfigurableApplicationContext orders = run("orders", "orders-1");
		assertThat(orders.getBean(PortRegistry.class)).isInstanceOf(NoPortRegistry.class);
		await().untilAsserted(() -> assertThat(this.client.pods().withName("orders-1").get().getMetadata())
			.satisfies((metadata) -> assertThat(metadata.getAnnotations()).containsEntry("dev.aidis/service", "orders")
				.containsEntry("dev.aidis/port", String.valueOf(port(orders)))
				.containsEntry("dev.aidis/health", "/actuator/health")
				.containsEntry("example.com/kept", "yes")));
	}

	@Test
	void podThatIsNotThereIsToldOfOnceAndTheServiceRuns(CapturedOutput output) {
		ConfigurableApplicationContext orders = run("orders", "nobody-1");
		await().untilAsserted(() -> assertThat(output).contains("Pod 'nobody-1' does not tell that it is service "
				+ "'orders': there is no pod of that name in its namespace. Set HOSTNAME to the name of the pod, or set "
				+ "aidis.port.kubernetes.annotate-pod=false."));
		assertThat(orders.isRunning()).isTrue();
	}

	@Test
	void rightThatIsMissingIsToldWithTheWayToIt(CapturedOutput output) {
		KubernetesMockServer denying = new KubernetesMockServer(false);
		denying.init();
		try (NamespacedKubernetesClient denied = denying.createClient()) {
			String path = "/api/v1/namespaces/" + denied.getNamespace() + "/pods/orders-1";
			denying.expect().get().withPath(path).andReturn(200, pod("orders-1")).once();
			denying.expect()
				.patch()
				.withPath(path)
				.andReturn(403, new StatusBuilder().withCode(403).withReason("Forbidden").build())
				.once();
			ConfigurableApplicationContext orders = run(denied, "orders", "orders-1",
					"--spring.cloud.kubernetes.discovery.enabled=false");
			await().untilAsserted(() -> assertThat(output).contains(
					"its service account may not get and patch pods. Allow that by a Role, see docs/kubernetes.md"));
			assertThat(orders.isRunning()).isTrue();
		}
		finally {
			denying.destroy();
		}
	}

	@Test
	void serviceIsFoundByItsOwnNameAndByTheOneItIsAnnotatedWith() {
		service("stock-svc", Map.of("dev.aidis/service", "stock", "dev.aidis/port", "web", "dev.aidis/health", "/ok"));
		service("billing", Map.of());
		PortDiscovery discovery = run("orders", "orders-1").getBean(PortDiscovery.class);
		for (String name : List.of("stock", "stock-svc")) {
			assertThat(discovery.findAll(name)).as(name).singleElement().satisfies((stock) -> {
				assertThat(stock.uri()).hasToString("http://10.1.0.7:8081");
				assertThat(stock.healthEndpoint()).isEqualTo("/ok");
				assertThat(stock.serviceName()).isEqualTo(name);
			});
		}
		assertThat(discovery.find("billing")).map(PortRegistration::uri)
			.hasValueSatisfying((uri) -> assertThat(uri).hasToString("http://10.1.0.7:8080"));
		assertThat(discovery.find("nobody")).isEmpty();
		assertThat(discovery.resolve("orders").getPort()).isPositive();
	}

	@Test
	void clusterIsTheRegistryOfTheSpringCloudEngine() {
		service("stock-svc", Map.of("dev.aidis/service", "stock", "dev.aidis/port", "web"));
		ConfigurableApplicationContext orders = run(this.client, "orders", "orders-1",
				"--aidis.port.registry.engine=spring-cloud",
				"--spring.cloud.kubernetes.discovery.use-endpoint-slices=false");
		PortRegistry registry = orders.getBean(PortRegistry.class);
		assertThat(registry.location()).isEqualTo("the Services of the Kubernetes cluster");
		assertThat(registry.registrations()).extracting(PortRegistration::serviceName)
			.containsExactlyInAnyOrder("orders", "stock-svc");
		assertThat(orders.getBean(PortDiscovery.class).find("stock")).map(PortRegistration::port).contains(8081);
		Health health = orders.getBean(PortRegistryHealthIndicator.class).health();
		assertThat(health.getStatus()).as(health.toString()).isEqualTo(Status.UP);
	}

	@Test
	void manifestsAreAcceptedAndFitTogether() throws IOException {
		List<HasMetadata> resources = new ArrayList<>();
		try (Stream<Path> files = Files.list(Path.of("../../../../config/kubernetes"))) {
			for (Path file : files.toList()) {
				resources.addAll(this.client.load(Files.newInputStream(file)).items());
			}
		}
		resources.forEach((resource) -> this.client.resource(resource).create());
		List<Service> services = this.client.services().list().getItems();
		assertThat(services).extracting((service) -> service.getMetadata().getName())
			.containsExactlyInAnyOrder("aidis-mcp", "aidis-command-prod");
		for (Service service : services) {
			Deployment deployment = this.client.apps().deployments().withName(service.getMetadata().getName()).get();
			var pod = deployment.getSpec().getTemplate();
			assertThat(pod.getMetadata().getLabels()).containsAllEntriesOf(service.getSpec().getSelector())
				.containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
			assertThat(pod.getSpec().getEnableServiceLinks()).isFalse();
			assertThat(this.client.serviceAccounts().withName(pod.getSpec().getServiceAccountName()).get()).isNotNull();
			var container = pod.getSpec().getContainers().get(0);
			assertThat(container.getPorts()).singleElement().satisfies((port) -> {
				assertThat(port.getName()).isEqualTo(service.getSpec().getPorts().get(0).getTargetPort().getStrVal())
					.isEqualTo(service.getMetadata().getAnnotations().get("dev.aidis/port"));
				assertThat(port.getContainerPort()).isIn(8080, 5001);
			});
			assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
			assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
		}
	}

	private static Pod pod(String name) {
		return new PodBuilder().withNewMetadata()
			.withName(name)
			.addToAnnotations("example.com/kept", "yes")
			.endMetadata()
			.build();
	}

	private void service(String name, Map<String, String> annotations) {
		this.client.services()
			.resource(new ServiceBuilder().withNewMetadata()
				.withName(name)
				.withAnnotations(annotations)
				.endMetadata()
				.withNewSpec()
				.withType("ClusterIP")
				.endSpec()
				.build())
			.create();
		this.client.endpoints()
			.resource(new EndpointsBuilder().withNewMetadata()
				.withName(name)
				.endMetadata()
				.addNewSubset()
				.addNewAddress()
				.withIp("10.1.0.7")
				.endAddress()
				.addNewPort()
				.withName("http")
				.withPort(8080)
				.endPort()
				.addNewPort()
				.withName("web")
				.withPort(8081)
				.endPort()
				.endSubset()
				.build())
			.create();
	}

	private ConfigurableApplicationContext run(String name, String pod) {
		return run(this.client, name, pod, "--spring.cloud.kubernetes.discovery.use-endpoint-slices=false");
	}

	private ConfigurableApplicationContext run(KubernetesClient client, String name, String pod, String... more) {
		SpringApplication application = new SpringApplication(App.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setEnvironment(new CleanEnvironment(
				Map.of("HOSTNAME", pod, "KUBERNETES_SERVICE_HOST", "10.96.0.1", "KUBERNETES_SERVICE_PORT", "443")));
		ApplicationContextInitializer<GenericApplicationContext> given = (context) -> context
			.registerBean(KubernetesClient.class, () -> client, (definition) -> {
				definition.setPrimary(true);
				definition.setDestroyMethodName("");
			});
		application.addInitializers(given);
		List<String> arguments = new ArrayList<>(
				List.of("--spring.application.name=" + name, "--server.port=0", "--spring.main.banner-mode=off",
						"--spring.cloud.kubernetes.client.namespace=" + client.getNamespace()));
		arguments.addAll(List.of(more));
		ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
		this.running.add(context);
		return context;
	}

	private static int port(ConfigurableApplicationContext context) {
		return ((WebServerApplicationContext) context).getWebServer().getPort();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class App {

	}

}
