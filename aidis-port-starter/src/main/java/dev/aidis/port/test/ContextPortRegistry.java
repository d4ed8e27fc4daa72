package dev.aidis.port.test;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.Assert;

import dev.aidis.port.PortRegistry;

/**
 * The registry of an application context, whose bean may be about to be created.
 */
final class ContextPortRegistry implements Supplier<PortRegistry> {

	private final BeanFactory beans;

	private volatile @Nullable PortRegistry created;

	ContextPortRegistry(BeanFactory beans) {
		this.beans = beans;
	}

	void use(PortRegistry created) {
		this.created = created;
	}

	@Override
	public PortRegistry get() {
		PortRegistry registry = this.created;
		// That of a parent is created elsewhere.
		registry = (registry != null) ? registry : this.beans.getBeanProvider(PortRegistry.class).getIfAvailable();
		Assert.state(registry != null, "The application context has no PortRegistry: aidis.port.enabled is false, or a "
				+ "test slice leaves AidisPortAutoConfiguration out, which @ImportAutoConfiguration brings back");
		return registry;
	}

}
