package dev.aidis.port.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

import dev.aidis.port.assignment.Pod;
import dev.aidis.port.registry.file.RegistryLocation;

/**
 * Compares the engine that is set, in whichever form Spring Boot binds it, with the one
 * that is wanted.
 */
final class OnRegistryEngineCondition extends SpringBootCondition {

	static final String PROPERTY = "aidis.port.registry.engine";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		RegistryEngine wanted = metadata.getAnnotations()
			.get(ConditionalOnRegistryEngine.class)
			.getEnum("value", RegistryEngine.class);
		ConditionMessage.Builder message = ConditionMessage.forCondition(ConditionalOnRegistryEngine.class, wanted);
		RegistryEngine engine = engine(context.getEnvironment());
		if (engine == wanted) {
			return ConditionOutcome.match(message.because("that is the engine"));
		}
		return ConditionOutcome.noMatch(message.because("the engine is " + engine));
	}

	/**
	 * A value that is none is told of where the properties are bound, with those that
	 * there are; until then the default stands. Where nothing is set, a pod of Kubernetes
	 * has none: nobody shares its file system.
	 */
	static RegistryEngine engine(Environment environment) {
		try {
			return Binder.get(environment)
				.bind(PROPERTY, RegistryEngine.class)
				.orElseGet(() -> defaultEngine(environment));
		}
		catch (BindException ex) {
			return RegistryEngine.FILE;
		}
	}

	private static RegistryEngine defaultEngine(Environment environment) {
		boolean alone = Pod.is(environment) && !RegistryLocation.isConfigured(environment,
				AidisPortAutoConfiguration.registryProperties(environment));
		return alone ? RegistryEngine.NONE : RegistryEngine.FILE;
	}

}
