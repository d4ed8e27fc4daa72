package dev.aidis.port.test;

import java.util.Map;
import java.util.Set;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

import dev.aidis.port.PortRegistry;

/**
 * Prepares an application context for an {@link AidisPortTest}. Equal for test classes
 * that may share a context, which are those with the same declared services.
 */
record AidisPortContextCustomizer(Set<DeclaredService> services) implements ContextCustomizer {

	private static final String NAME = "aidisPortTest";

	private static final String REGISTRY_BEAN = "testPortRegistry";

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration configuration) {
		RegistryFolder folder = new RegistryFolder();
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource(NAME, Map.of("aidis.port.registry.file", folder.file().toString())));
		DefaultListableBeanFactory beans = (DefaultListableBeanFactory) context.getBeanFactory();
		ContextPortRegistry target = new ContextPortRegistry(beans);
		TestPortRegistry registry = new TestPortRegistry(target);
		DeclaredServices declared = new DeclaredServices(this.services, registry);
		// What is registered first is destroyed last.
		beans.registerDisposableBean(NAME, folder::delete);
		beans.registerSingleton(REGISTRY_BEAN, registry);
		beans.registerDisposableBean(REGISTRY_BEAN, registry::close);
		beans.registerSingleton(DeclaredServices.class.getName(), declared);
		beans.addBeanPostProcessor(new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				if (bean instanceof PortRegistry created) {
					// So that it is still there when the services are removed from it.
					beans.registerDependentBean(beanName, REGISTRY_BEAN);
					target.use(created);
					declared.registerOpen();
				}
				return bean;
			}

		});
	}

}
