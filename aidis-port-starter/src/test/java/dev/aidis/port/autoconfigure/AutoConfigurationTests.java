package dev.aidis.port.autoconfigure;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.mock.env.MockEnvironment;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryObserver;
import dev.aidis.port.actuate.ActuatorHealthPath;
import dev.aidis.port.actuate.LookupMeters;
import dev.aidis.port.actuate.ObservedLookups;
import dev.aidis.port.actuate.PortMeters;
import dev.aidis.port.actuate.PortRegistryHealthIndicator;
import dev.aidis.port.actuate.PortsEndpoint;
import dev.aidis.port.actuate.RegistryMeters;
import dev.aidis.port.assignment.PortAssignment;
import dev.aidis.port.assignment.PortRecheck;
import dev.aidis.port.assignment.PortReservation;
import dev.aidis.port.assignment.PortReservationListener;
import dev.aidis.port.discovery.HttpServiceHealthProbe;
import dev.aidis.port.discovery.LookupObserver;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.discovery.ServiceExchangeFilterFunction;
import dev.aidis.port.discovery.ServiceHealthProbe;
import dev.aidis.port.discovery.ServiceRequestInterceptor;
import dev.aidis.port.registration.AdvertiseProperties;
import dev.aidis.port.registration.HealthPath;
import dev.aidis.port.registration.InstanceIdServletFilter;
import dev.aidis.port.registration.InstanceIdWebFilter;
import dev.aidis.port.registration.PortRegistrar;
import dev.aidis.port.registration.PortRegistrationListener;
import dev.aidis.port.registration.RegistrationFactory;
import dev.aidis.port.registration.RegistrationProperties;
import dev.aidis.port.registry.etcd.EtcdPortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.registry.none.NoPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

class AutoConfigurationTests {

	private static final AutoConfigurations ALL = AutoConfigurations.of(AidisPortAutoConfiguration.class,
			PortDiscoveryHttpClientsAutoConfiguration.class, PortRegistrationAutoConfiguration.class,
			PortReservationAutoConfiguration.class, PortRegistryHealthContributorAutoConfiguration.class,
			PortsEndpointAutoConfiguration.class, PortMetricsAutoConfiguration.class,
			ConfigurationPropertiesAutoConfiguration.class);

	@TempDir
	static Path folder;

	private final WebApplicationContextRunner web = new WebApplicationContextRunner().withConfiguration(ALL)
		.withPropertyValues("aidis.port.registry.file=" + folder.resolve("port-registry.json"),
				"spring.application.name=orders", "management.endpoints.web.exposure.include=*");

	private final ApplicationContextRunner plain = new ApplicationContextRunner().withConfiguration(ALL)
		.withPropertyValues("aidis.port.registry.file=" + folder.resolve("port-registry.json"));

	@Test
	void webApplicationGetsEveryBean() {
		this.web.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(FilePortRegistry.class)
			.hasSingleBean(RegistryPortDiscovery.class)
			.hasSingleBean(PortAssignment.class)
			.hasSingleBean(ServiceHealthProbe.class)
			.hasSingleBean(PortRegistrar.class)
			.hasSingleBean(RegistrationFactory.class)
			.hasSingleBean(PortRegistrationListener.class)
			.hasSingleBean(PortReservation.class)
			.hasSingleBean(PortReservationListener.class)
			.hasSingleBean(PortRecheck.class)
			.hasBean("tomcatPortRecheck")
			.hasBean("jettyPortRecheck")
			.hasBean("nettyPortRecheck")
			.hasSingleBean(ActuatorHealthPath.class)
			.hasSingleBean(InstanceIdServletFilter.class)
			.doesNotHaveBean(InstanceIdWebFilter.class)
			.hasSingleBean(PortsEndpoint.class)
			.hasSingleBean(RegistryMeters.class)
			.hasSingleBean(LookupMeters.class)
			.hasSingleBean(PortMeters.class)
			.hasSingleBean(ObservedLookups.class)
			.hasSingleBean(ServiceRequestInterceptor.class)
			.hasSingleBean(ServiceExchangeFilterFunction.class)
			.hasBean("portRegistryHealthIndicator")
			.hasBean("aidisRestClientCustomizer")
			.hasBean("aidisRestTemplateCustomizer")
			.hasBean("aidisWebClientCustomizer"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "none", "NONE", "None" })
	void engineNoneRegistersForTheApplicationAlone(String value) {
		this.web.withPropertyValues("aidis.port.registry.engine=" + value)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(NoPortRegistry.class)
				.hasSingleBean(PortRegistry.class)
				.hasSingleBean(PortRegistrar.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcd", "ETCD" })
	void engineEtcdRegistersInEtcd(String value) {
		this.web.withPropertyValues("aidis.port.registry.engine=" + value)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(EtcdPortRegistry.class)
				.hasSingleBean(PortRegistry.class)
				.hasSingleBean(PortRegistrar.class));
	}

	@Test
	void engineWithoutItsLibraryIsRefusedWithTheDependencyToAdd() {
		this.web.withPropertyValues("aidis.port.registry.engine=etcd")
			.withClassLoader(new FilteredClassLoader("io.etcd"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingEngineException.class)
				.satisfies((failure) -> assertAnalysis(failure,
						"aidis.port.registry.engine=etcd needs jetcd, which is not on the class path.",
						"Add the dependency io.etcd:jetcd-core (see docs/etcd.md), or set "
								+ "aidis.port.registry.engine to 'file'.")));
	}

	@Test
	void podHasNoRegistryUnlessTheFileOrAnEngineIsSet() {
		WebApplicationContextRunner pod = new WebApplicationContextRunner().withConfiguration(ALL)
			.withPropertyValues("spring.main.cloud-platform=kubernetes");
		pod.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(NoPortRegistry.class));
		pod.withPropertyValues("aidis.port.registry.file=" + folder.resolve("port-registry.json"))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FilePortRegistry.class));
		pod.withPropertyValues("aidis.port.registry.engine=file")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(FilePortRegistry.class));
	}

	@Test
	void engineOfSpringCloudWithoutSpringCloudIsRefusedWithTheDependencyToAdd() {
		this.web.withPropertyValues("aidis.port.registry.engine=spring-cloud")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(MissingEngineException.class)
				.satisfies((failure) -> assertAnalysis(failure,
						"aidis.port.registry.engine=spring-cloud needs one of Spring Cloud's registries, "
								+ "which is not on the class path.",
						"Add the dependency org.springframework.cloud:spring-cloud-starter-zookeeper-discovery or "
								+ "org.springframework.cloud:spring-cloud-starter-netflix-eureka-client or "
								+ "org.springframework.cloud:spring-cloud-starter-consul-discovery "
								+ "(see docs/spring-cloud.md), or set aidis.port.registry.engine to 'file'.")));
	}

	private static void assertAnalysis(Throwable failure, String description, String action) {
		assertThat(new MissingEngineFailureAnalyzer().analyze(failure))
			.returns(description, FailureAnalysis::getDescription)
			.returns(action, FailureAnalysis::getAction);
	}

	@Test
	void engineThatIsNoneOfThemIsRefusedWithThoseThatThereAre() {
		this.web.withPropertyValues("aidis.port.registry.engine=redis")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("No enum constant")
				.hasMessageContaining("redis"));
	}

	@Test
	void reactiveApplicationRegisters() {
		new ReactiveWebApplicationContextRunner().withConfiguration(ALL)
			.withPropertyValues("aidis.port.registry.file=" + folder.resolve("port-registry.json"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PortRegistrar.class)
				.hasSingleBean(InstanceIdWebFilter.class)
				.doesNotHaveBean(InstanceIdServletFilter.class));
	}

	@Test
	void identityAloneCanBeSwitchedOff() {
		this.web.withPropertyValues("aidis.port.registration.identity.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PortRegistrar.class)
				.doesNotHaveBean(InstanceIdServletFilter.class));
	}

	@Test
	void identityGoesWithTheRegistration() {
		this.web.withPropertyValues("aidis.port.registration.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(InstanceIdServletFilter.class));
	}

	@Test
	void nonWebApplicationOnlyDiscovers() {
		this.plain.run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(PortDiscovery.class)
			.hasBean("portRegistryHealthIndicator")
			.doesNotHaveBean(PortRegistrar.class)
			.doesNotHaveBean(PortReservation.class));
	}

	@Test
	void everythingCanBeSwitchedOff() {
		this.web.withPropertyValues("aidis.port.enabled=false")
			.run((context) -> assertThat(Stream.of(context.getBeanDefinitionNames())
				.filter((name) -> context.getType(name) != null
						&& context.getType(name).getName().startsWith("dev.aidis.")))
				.isEmpty());
	}

	@Test
	void registrationAloneCanBeSwitchedOff() {
		this.web.withPropertyValues("aidis.port.registration.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PortDiscovery.class)
				.hasSingleBean(PortsEndpoint.class)
				.doesNotHaveBean(PortRegistrar.class)
				.doesNotHaveBean(PortRegistrationListener.class));
	}

	@Test
	void httpClientsAloneCanBeSwitchedOff() {
		this.web.withPropertyValues("aidis.port.discovery.http-clients.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PortRegistrar.class)
				.doesNotHaveBean(ServiceRequestInterceptor.class)
				.doesNotHaveBean(ServiceExchangeFilterFunction.class));
	}

	@Test
	void healthContributorAloneCanBeSwitchedOff() {
		this.web.withPropertyValues("management.health.portregistry.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PortRegistryHealthIndicator.class));
	}

	@Test
	void endpointIsNotThereUnlessItIsExposed() {
		this.web.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PortsEndpoint.class));
		this.web.withPropertyValues("management.endpoint.ports.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(PortsEndpoint.class));
	}

	static Stream<Replacement<?>> replacements() {
		PortRegistry registry = new FilePortRegistry(folder.resolve("own.json"), Duration.ofSeconds(1));
		PortDiscovery discovery = new RegistryPortDiscovery(registry, (name) -> OptionalInt.empty(), (name) -> {
		});
		PortAssignment assignment = new PortAssignment("own", PortAssignment.Rung.DYNAMIC, 0, "own", List.of());
		PortRegistrar registrar = new PortRegistrar(registry);
		RegistrationFactory factory = new RegistrationFactory(new MockEnvironment(), "own", Map::of,
				new RegistrationProperties(), new AdvertiseProperties(), HealthPath.NONE);
		ServiceHealthProbe probe = new HttpServiceHealthProbe();
		PortReservation reservation = PortReservation.of(new MockEnvironment());
		return Stream.of(new Replacement<>(PortRegistry.class, () -> registry),
				new Replacement<>(PortDiscovery.class, () -> discovery),
				new Replacement<>(PortAssignment.class, () -> assignment),
				new Replacement<>(ServiceHealthProbe.class, () -> probe),
				new Replacement<>(PortRegistrar.class, () -> registrar),
				new Replacement<>(RegistrationFactory.class, () -> factory),
				new Replacement<>(PortRegistrationListener.class,
						() -> new PortRegistrationListener(new StaticApplicationContext(), registrar, factory)),
				new Replacement<>(PortReservation.class, () -> reservation),
				new Replacement<>(PortReservationListener.class,
						() -> new PortReservationListener(new StaticApplicationContext(), reservation)),
				new Replacement<>(HealthPath.class, () -> HealthPath.NONE),
				new Replacement<>(InstanceIdServletFilter.class, () -> new InstanceIdServletFilter(Optional::empty)),
				new Replacement<>(PortsEndpoint.class,
						() -> new PortsEndpoint(registry, () -> assignment, Optional::empty, Optional::empty, probe)),
				new Replacement<>(PortRegistryObserver.class, () -> PortRegistryObserver.NONE),
				new Replacement<>(LookupObserver.class, () -> LookupObserver.NONE),
				new Replacement<>(PortMeters.class,
						() -> new PortMeters(registry, () -> assignment, Optional::empty, Optional.empty())),
				new Replacement<>(ServiceRequestInterceptor.class, () -> new ServiceRequestInterceptor(discovery)),
				new Replacement<>(ServiceExchangeFilterFunction.class,
						() -> new ServiceExchangeFilterFunction(discovery)));
	}

	@ParameterizedTest
	@MethodSource("replacements")
	<T> void beanOfTheApplicationReplacesOurs(Replacement<T> replacement) {
		this.web.withBean("own", replacement.type, replacement.bean)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(replacement.type)
				.isSameAs(context.getBean("own")));
	}

	@Test
	void healthContributorOfTheApplicationReplacesOurs() {
		PortRegistry registry = new FilePortRegistry(folder.resolve("own.json"), Duration.ofSeconds(1));
		this.web
			.withBean("portRegistryHealthIndicator", PortRegistryHealthIndicator.class,
					() -> new PortRegistryHealthIndicator(registry, registry::registrations, Optional::empty,
							Optional::empty, java.util.List.of()))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PortRegistryHealthIndicator.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.restclient", "org.springframework.boot.webclient",
			"org.springframework.web.client", "reactor", "io.micrometer", "io.micrometer.core" })
	void worksWithoutALibraryThatIsOptional(String packageName) {
		this.plain.withClassLoader(new FilteredClassLoader(packageName))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(PortDiscovery.class));
	}

	@Test
	void worksWithoutAWebServerOnTheClassPath() {
		this.web.withClassLoader(new FilteredClassLoader(WebServerInitializedEvent.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(PortDiscovery.class)
				.doesNotHaveBean(PortRegistrar.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "healthz", "//healthz", "/a b", "/a//b", "/a\\b", "/user@host", "/a\nb",
			"http://example.org/healthz", "http://localhost@example.org/healthz", "ftp://localhost/healthz" })
	void healthEndpointThatIsNoneFailsWithItsNameAndTheWayOut(String value) {
		this.web.withPropertyValues("aidis.port.registration.health-endpoint:" + value)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("aidis.port.registration.health-endpoint"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/healthz", "/a/b?c=d", "http://localhost:9001/healthz", "https://127.0.0.1/x",
			"http://[::1]:9001/healthz" })
	void healthEndpointMayBeAPathOrAUrlOnThisMachine(String value) {
		this.web.withPropertyValues("aidis.port.registration.health-endpoint:" + value)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis.port.registry.check-interval=soon", "aidis.port.registry.lock-timeout=abc",
			"aidis.port.discovery.trust-for=long", "aidis.port.strict=perhaps",
			"aidis.port.services.orders.default-port=abc" })
	void valueOfTheWrongTypeFailsWithItsName(String property) {
		this.web.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(property.substring(0, property.indexOf('='))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis.port.registry.check-interval=0", "aidis.port.registry.check-interval=-1s",
			"aidis.port.registry.lock-timeout=0ms", "aidis.port.discovery.trust-for=-1ms",
			"aidis.port.discovery.trust-for=60001ms", "aidis.port.services.stock.default-port=-1",
			"aidis.port.services.stock.default-port=70000" })
	void valueOutOfRangeFailsWithItsName(String property) {
		this.web.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(property.substring(0, property.indexOf('='))));
	}

	@Test
	void believingForTooLongIsToldAtTheStartThoughNobodyLooksAnythingUp() {
		this.web.withClassLoader(new FilteredClassLoader(HttpClientSettings.class))
			.withPropertyValues("aidis.port.discovery.trust-for=2h")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("aidis.port.discovery.trust-for"));
	}

	private record Replacement<T>(Class<T> type, Supplier<T> bean) {

		@Override
		public String toString() {
			return this.type.getSimpleName();
		}

	}

}
