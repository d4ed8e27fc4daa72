package dev.aidis.port.test;

import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.registry.file.FilePortRegistry;

/**
 * JUnit extension for tests without Spring's test support. Gives each test that has a
 * parameter of the type {@link PortRegistry}, {@link FilePortRegistry},
 * {@link PortDiscovery} or {@link TestPortRegistry}, without annotations, a registry file
 * in a temporary folder, the same for all its parameters and those of its constructor and
 * {@code @BeforeEach} methods. With a parameter in a {@code @BeforeAll} method, the tests
 * of the class share one, and what each of them registers stays until the class ends.
 * <p>
 * A test, or a class whose tests share a registry, fails that leaves an entry of its own
 * JVM behind, such as that of an application it has not closed. What it registers through
 * a {@link TestPortRegistry} is removed before.
 *
 * @since 0.1.0
 */
public final class PortRegistryExtension implements ParameterResolver {

	private static final Namespace NAMESPACE = Namespace.create(PortRegistryExtension.class);

	private static final Map<Class<?>, Function<RegistryOfTest, Object>> PARAMETERS = Map.of(PortRegistry.class,
			RegistryOfTest::file, FilePortRegistry.class, RegistryOfTest::file, PortDiscovery.class,
			(registry) -> new RegistryPortDiscovery(registry.file()), TestPortRegistry.class, RegistryOfTest::services);

	@Override
	public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext rootContext) {
		return ExtensionContextScope.TEST_METHOD;
	}

	@Override
	public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
		return PARAMETERS.containsKey(parameter.getParameter().getType())
				&& parameter.getParameter().getAnnotations().length == 0;
	}

	@Override
	public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
		RegistryOfTest registry = test.getStore(NAMESPACE)
			.computeIfAbsent(RegistryOfTest.class, (key) -> new RegistryOfTest(), RegistryOfTest.class);
		return Objects.requireNonNull(PARAMETERS.get(parameter.getParameter().getType())).apply(registry);
	}

}
