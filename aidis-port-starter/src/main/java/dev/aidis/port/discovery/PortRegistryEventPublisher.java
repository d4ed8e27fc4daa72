package dev.aidis.port.discovery;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.context.event.GenericApplicationListenerAdapter;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.ResolvableType;

import dev.aidis.port.PortChangedEvent;
import dev.aidis.port.PortDeregisteredEvent;
import dev.aidis.port.PortRegisteredEvent;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryEvent;

/**
 * Publishes what changes in the registry as events of the application. Watching costs
 * something, so it does so only where a listener asks for such events; one that asks for
 * all events of any kind does not count, nor does a lambda that does not tell its type or
 * a bean that has not been created.
 *
 * @since 0.1.0
 */
public final class PortRegistryEventPublisher implements SmartLifecycle {

	private final AbstractApplicationContext context;

	private final PortRegistry registry;

	private PortRegistry.@Nullable Watch watch;

	/**
	 * Create a new publisher.
	 * @param context the application
	 * @param registry what to watch
	 */
	public PortRegistryEventPublisher(AbstractApplicationContext context, PortRegistry registry) {
		this.context = context;
		this.registry = registry;
	}

	@Override
	public synchronized void start() {
		if (this.watch == null && this.context.getApplicationListeners().stream().anyMatch(this::asksForOurs)) {
			this.watch = this.registry.watch(this::publish);
		}
	}

	private boolean asksForOurs(ApplicationListener<?> listener) {
		GenericApplicationListener generic = (listener instanceof GenericApplicationListener already) ? already
				: new GenericApplicationListenerAdapter(listener);
		return !generic.supportsEventType(ResolvableType.forClass(AnyEvent.class))
				&& (generic.supportsEventType(ResolvableType.forClass(PortRegisteredEvent.class))
						|| generic.supportsEventType(ResolvableType.forClass(PortChangedEvent.class))
						|| generic.supportsEventType(ResolvableType.forClass(PortDeregisteredEvent.class)));
	}

	private void publish(PortRegistryChange change) {
		this.context.publishEvent(event(change));
	}

	private PortRegistryEvent event(PortRegistryChange change) {
		if (change instanceof PortRegistryChange.Registered registered) {
			return new PortRegisteredEvent(this.registry, registered.registration());
		}
		if (change instanceof PortRegistryChange.Changed changed) {
			return new PortChangedEvent(this.registry, changed.previous(), changed.registration());
		}
		return new PortDeregisteredEvent(this.registry, change.registration());
	}

	@Override
	public synchronized void stop() {
		if (this.watch != null) {
			this.watch.close();
			this.watch = null;
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.watch != null;
	}

	/**
	 * An event that nobody asks for.
	 */
	@SuppressWarnings({ "serial", "unused" })
	private static final class AnyEvent extends ApplicationEvent {

		AnyEvent(Object source) {
			super(source);
		}

	}

}
