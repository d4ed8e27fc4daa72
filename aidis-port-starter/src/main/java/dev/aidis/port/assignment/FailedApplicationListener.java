package dev.aidis.port.assignment;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Gives back the port of an application that fails before it has beans, or even before it
 * has a context. Otherwise the next one in the same JVM, as after a reload by DevTools,
 * would not get it. Called before the environment is complete, since also that may fail.
 */
final class FailedApplicationListener implements SpringApplicationRunListener, Ordered {

	private @Nullable ConfigurableEnvironment environment;

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void environmentPrepared(ConfigurableBootstrapContext bootstrapContext,
			ConfigurableEnvironment environment) {
		this.environment = environment;
	}

	@Override
	public void failed(@Nullable ConfigurableApplicationContext context, Throwable exception) {
		ConfigurableEnvironment environment = this.environment;
		if (environment != null) {
			PortAssignmentPropertySource assigned = PortAssignmentPropertySource.of(environment);
			if (assigned != null && assigned.isOf(environment)) {
				assigned.reservation().close();
			}
		}
	}

}
