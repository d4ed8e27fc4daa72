package dev.aidis.port.assignment;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.function.SingletonSupplier;

import dev.aidis.port.assignment.PortAssignment.Rung;

/**
 * Decides about the port of a program from its environment, and puts the decision there.
 */
final class PortAssigner {

	private static final List<String> OVERRIDING_SOURCES = List.of(
			CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME,
			StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, EnvFile.PROPERTY_SOURCE_NAME);

	private final Log logger;

	PortAssigner(Log logger) {
		this.logger = logger;
	}

	/**
	 * Decide about the port of a program, and make its environment tell it.
	 */
	void assign(ConfigurableEnvironment environment, PortAssignmentProperties properties, ClassLoader classLoader) {
		String lowestOverride = lowestOverride(environment.getPropertySources());
		ServiceName name = ServiceName.of(environment, properties, this.logger::warn);
		PortChooser chooser = chooser(environment, properties, name.value(), classLoader);
		try {
			assign(environment, lowestOverride, chooser,
					new PortLadder(environment, properties, name, chooser, this.logger));
		}
		catch (RuntimeException ex) {
			chooser.release();
			throw ex;
		}
	}

	private void assign(ConfigurableEnvironment environment, @Nullable String lowestOverride, PortChooser chooser,
			PortLadder ladder) {
		MutablePropertySources sources = environment.getPropertySources();
		PortDecision decided = ladder.climb(sourcesDownTo(lowestOverride, sources)::contains);
		PortConflicts conflicts = new PortConflicts(environment, PortProbe::isInUse, chooser.owners(), this.logger);
		PortDecision decision = conflicts.resolve(decided, chooser::any);
		PropertySource<?> management = conflicts.resolveManagement(decided.assignment(), decision.assignment());
		if (management != null) {
			sources.addFirst(management);
		}
		boolean hidden = isHiddenByEmptySetting(environment) || decision.isInsteadOf(decided)
				|| (decision.carried() && decision.assignment().rung() == Rung.OVERRIDE);
		PropertySource<?> source = new PortAssignmentPropertySource(decision, environment, hidden);
		if (lowestOverride == null || hidden) {
			sources.addFirst(source);
		}
		else {
			sources.addAfter(lowestOverride, source);
		}
	}

	private PortChooser chooser(ConfigurableEnvironment environment, PortAssignmentProperties properties,
			String serviceName, ClassLoader classLoader) {
		Supplier<String> registry = SingletonSupplier.of(() -> RegisteredPorts.load(classLoader).location(environment));
		return new PortChooser(serviceName, registry, new FreePorts(environment, PortProbe::isFree),
				new StickyPorts(environment, properties, serviceName, registry, this.logger), new SystemPorts(),
				PortOwners.of(environment, classLoader), this.logger);
	}

	/**
	 * An empty {@code SERVER_PORT} decides nothing, but would hide what was decided.
	 */
	private boolean isHiddenByEmptySetting(ConfigurableEnvironment environment) {
		return environment.getProperty(PortAssignmentPropertySource.SERVER_PORT, "unset").isBlank();
	}

	private @Nullable String lowestOverride(MutablePropertySources sources) {
		String lowest = null;
		for (PropertySource<?> source : sources) {
			lowest = OVERRIDING_SOURCES.contains(source.getName()) ? source.getName() : lowest;
		}
		return lowest;
	}

	private Set<PropertySource<?>> sourcesDownTo(@Nullable String last, MutablePropertySources sources) {
		Set<PropertySource<?>> found = new LinkedHashSet<>();
		for (PropertySource<?> source : (last != null) ? sources : List.<PropertySource<?>>of()) {
			found.add(source);
			if (source.getName().equals(last)) {
				break;
			}
		}
		return found;
	}

	/**
	 * Let an environment read the {@code .env} file of a directory.
	 */
	void addEnvFile(MutablePropertySources sources, Path workingDirectory) {
		Path file = EnvFile.find(workingDirectory);
		if (file == null || !sources.contains(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
			return;
		}
		try {
			sources.addAfter(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, EnvFile.load(file));
		}
		catch (IOException ex) {
			this.logger.warn("Skipped " + file + ", which cannot be read: " + ex);
		}
	}

}
