package dev.aidis.port.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Conditional;

/**
 * Matches where {@code aidis.port.registry.engine} is a certain one.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Conditional(OnRegistryEngineCondition.class)
@interface ConditionalOnRegistryEngine {

	/**
	 * The engine.
	 */
	RegistryEngine value();

}
