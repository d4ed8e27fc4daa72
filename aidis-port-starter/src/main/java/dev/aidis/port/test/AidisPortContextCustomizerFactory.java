package dev.aidis.port.test;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Finds the test classes that have an {@link AidisPortTest} or a {@link RegisterService}.
 */
final class AidisPortContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		Set<DeclaredService> services = DeclaredService.of(testClass);
		return !services.isEmpty() || TestContextAnnotationUtils.hasAnnotation(testClass, AidisPortTest.class)
				? new AidisPortContextCustomizer(services) : null;
	}

}
