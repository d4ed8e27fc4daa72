package dev.aidis.port.registry.cloud;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.Printable;

/**
 * A service that was registered here, and whether the registries have it. One thread at a
 * time publishes it, since the last that is wanted has to be the last that is published.
 */
final class OwnService {

	private static final Log logger = LogFactory.getLog(OwnService.class);

	private static final Pattern USER = Pattern.compile("//[^/\\s]*@");

	private final boolean application;

	private final Supplier<Stream<CloudPublisher>> publishers;

	private final Object writing = new Object();

	private volatile PortRegistration wanted;

	private volatile @Nullable String problem;

	private boolean withdrawn;

	OwnService(PortRegistration wanted, boolean application, Supplier<Stream<CloudPublisher>> publishers) {
		this.wanted = wanted;
		this.application = application;
		this.publishers = publishers;
	}

	/**
	 * Tell whether this is the application itself, which Spring Cloud may publish.
	 */
	boolean isApplication() {
		return this.application;
	}

	PortRegistration wanted() {
		return this.wanted;
	}

	void want(PortRegistration registration) {
		this.wanted = registration;
	}

	Optional<String> problem() {
		return Optional.ofNullable(this.problem);
	}

	/**
	 * Publish what is wanted.
	 * @throws PortRegistryException if that was not possible everywhere
	 */
	void publish() {
		synchronized (this.writing) {
			if (!this.withdrawn) {
				PortRegistration published = this.wanted;
				each((publisher) -> {
					if (this.application) {
						publisher.publish(published);
					}
					else {
						publisher.publishOther(published);
					}
				});
			}
		}
	}

	void withdraw() {
		synchronized (this.writing) {
			this.withdrawn = true;
			each((publisher) -> {
				if (this.application) {
					publisher.withdraw(this.wanted);
				}
				else {
					publisher.withdrawOther(this.wanted);
				}
			});
		}
	}

	/**
	 * Do it with each registry, also after one has failed.
	 */
	private void each(Consumer<CloudPublisher> action) {
		List<CloudPublisher> all = this.publishers.get().toList();
		PortRegistryException failure = all.isEmpty() ? noPublisher() : null;
		for (CloudPublisher publisher : all) {
			try {
				action.accept(publisher);
			}
			catch (RuntimeException ex) {
				failure = (ex instanceof PortRegistryException known) ? known : new PortRegistryException(
						publisher.location() + " cannot be written for now: " + reason(ex), ex);
			}
		}
		this.problem = (failure != null) ? failure.getMessage() : null;
		if (failure != null) {
			throw failure;
		}
	}

	static String reason(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		String message = cause.getMessage();
		return Printable.of((message != null) ? withoutPasswords(message) : cause.getClass().getSimpleName());
	}

	/**
	 * Return a text in which no URL tells a user and a password, as those of Eureka's
	 * servers may.
	 */
	static String withoutPasswords(String text) {
		return USER.matcher(text).replaceAll("//");
	}

	private PortRegistryException noPublisher() {
		return new PortRegistryException("Service '" + this.wanted.serviceName()
				+ "' is published by nobody: of Spring Cloud's registries Eureka, ZooKeeper and Consul none is there "
				+ "that registers it. Add one, switch its registration on "
				+ "(spring.cloud.service-registry.auto-registration.enabled), or set aidis.port.registry.engine to file",
				null);
	}

	/**
	 * Publish again what is not there.
	 * @param look whether to look also where nothing was wrong
	 */
	void heal(boolean look) {
		boolean failed = this.problem != null;
		if (!failed && (!look || isPublished())) {
			return;
		}
		try {
			publish();
			if (failed) {
				logger.info("Service '" + this.wanted.serviceName() + "' is published now");
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Service '" + this.wanted.serviceName() + "' could not be published again", ex);
		}
	}

	/**
	 * Tell whether each registry has it. One that does not answer has not.
	 */
	boolean isPublished() {
		List<CloudPublisher> all = this.publishers.get().toList();
		return !all.isEmpty() && all.stream().allMatch(this::isPublishedBy);
	}

	private boolean isPublishedBy(CloudPublisher publisher) {
		try {
			return this.application ? publisher.isPublished(this.wanted) : publisher.isOtherPublished(this.wanted);
		}
		catch (RuntimeException ex) {
			logger.debug(publisher.location() + " does not tell what is published", ex);
			return false;
		}
	}

	/**
	 * Tell whether an instance that was found is the one that is wanted, but for the name
	 * of the machine, which the registry knows better.
	 */
	static boolean isSame(PortRegistration found, PortRegistration wanted) {
		return found.port() == wanted.port() && found.scheme().equals(wanted.scheme())
				&& Objects.equals(found.managementPort(), wanted.managementPort())
				&& (found.healthEndpoint() == null) == (wanted.healthEndpoint() == null);
	}

}
