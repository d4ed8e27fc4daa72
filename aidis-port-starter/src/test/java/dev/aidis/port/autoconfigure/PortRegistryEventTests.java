package dev.aidis.port.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortChangedEvent;
import dev.aidis.port.PortDeregisteredEvent;
import dev.aidis.port.PortRegisteredEvent;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryEvent;
import dev.aidis.port.discovery.PortRegistryEventPublisher;
import dev.aidis.port.registry.file.FilePortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What an application learns of others without asking.
 */
@ExtendWith(OutputCaptureExtension.class)
class PortRegistryEventTests {

	@TempDir
	Path folder;

	Path file;

	FilePortRegistry registry;

	@BeforeEach
	void createRegistry() {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofMinutes(1));
	}

	@AfterEach
	void closeRegistry() {
		this.registry.close();
	}

	@Test
	void listenersAreToldOfWhatIsThereAndOfWhatComesChangesAndGoes() {
		PortRegistration starting = PortRegistration.builder("stock", 41001).build();
		PortRegistration up = starting.with((builder) -> builder.status(Status.UP));
		this.registry.register(starting);
		try (ConfigurableApplicationContext context = run(Listeners.class)) {
			Listeners listeners = context.getBean(Listeners.class);
			await().untilAsserted(() -> assertThat(listeners.told).containsExactly("registered " + starting));
			this.registry.register(up);
			await().untilAsserted(() -> assertThat(listeners.told).endsWith("changed from " + starting + " to " + up));
			this.registry.deregister(up.instanceId());
			await().untilAsserted(() -> assertThat(listeners.told).endsWith("deregistered " + up));
			assertThat(listeners.told).hasSize(3);
			assertThat(listeners.all).hasSize(3);
			PortRegistryEventPublisher publisher = context.getBean(PortRegistryEventPublisher.class);
			assertThat(publisher.isRunning()).isTrue();
			context.stop();
			assertThat(publisher.isRunning()).isFalse();
		}
	}

	@Test
	void registryIsNotWatchedWhereNothingListens() {
		try (ConfigurableApplicationContext context = run(ListenerToEverything.class)) {
			assertThat(context.getBean(PortRegistryEventPublisher.class).isRunning()).isFalse();
		}
	}

	@Test
	void secondInstanceThatMustNotBeDoesNotStartAndTheFirstIsNamed(CapturedOutput output) {
		PortRegistration first = PortRegistration.builder("orders", 41001).build();
		this.registry.register(first);
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(
					() -> run(WebApplicationType.SERVLET, Application.class, "--aidis.port.registry.on-duplicate=fail")
						.close())
			.withStackTraceContaining(DuplicateServiceException.class.getName());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Service 'orders' is registered already in " + this.file + ": process " + first.pid()
					+ " at http://localhost:41001, and aidis.port.registry.on-duplicate=fail lets no second one start.")
			.contains("aidis.port.service-name");
		assertThat(this.registry.registrations()).containsExactly(first);
	}

	@Test
	void secondInstanceTakesThePlaceOfTheFirstWhereItIsToldTo() {
		this.registry.register(PortRegistration.builder("orders", 41001).build());
		try (ConfigurableApplicationContext context = run(WebApplicationType.SERVLET, Application.class,
				"--aidis.port.registry.on-duplicate=replace")) {
			assertThat(context.getBean(PortRegistry.class).registrations("orders")).singleElement()
				.extracting(PortRegistration::port)
				.isNotEqualTo(41001);
		}
	}

	private ConfigurableApplicationContext run(Class<?> source) {
		return run(WebApplicationType.NONE, source);
	}

	private ConfigurableApplicationContext run(WebApplicationType type, Class<?> source, String... arguments) {
		SpringApplication application = new SpringApplication(source);
		application.setWebApplicationType(type);
		application.setDefaultProperties(java.util.Map.of("spring.application.name", "orders",
				"aidis.port.registry.file", this.file.toString(), "spring.jmx.enabled", "false", "server.port", "0"));
		return application.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Listeners {

		private final List<String> told = new CopyOnWriteArrayList<>();

		private final List<PortRegistryEvent> all = new CopyOnWriteArrayList<>();

		@EventListener
		void on(PortRegisteredEvent event) {
			this.told.add("registered " + event.getRegistration());
		}

		@EventListener
		void on(PortChangedEvent event) {
			this.told.add("changed from " + event.getPrevious() + " to " + event.getRegistration());
		}

		@EventListener
		void on(PortDeregisteredEvent event) {
			this.told.add("deregistered " + event.getRegistration());
		}

		@EventListener
		void onAny(PortRegistryEvent event) {
			this.all.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ListenerToEverything {

		@Bean
		ApplicationListener<ApplicationEvent> listener() {
			return (event) -> {
			};
		}

		@EventListener(ApplicationEvent.class)
		void onAny() {
		}

	}

}
