package dev.aidis.port.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Registers what a static member of a Spring test class holds as a service, so that the
 * application under test finds it by name. Implies {@link AidisPortTest}.
 * <p>
 * The member is a static field, or a static method without parameters, of the test class,
 * of what it extends or implements, or of the class around a {@code @Nested} one. It
 * gives a port as a number, a {@link java.net.URI URI}, an
 * {@link java.net.InetSocketAddress InetSocketAddress}, or an object with a method
 * {@code getPort()}, {@code port()}, {@code getLocalPort()} or {@code getAddress()} that
 * does, as servers have it.
 * <p>
 * The service is registered as {@code UP} before the application starts if its server
 * runs by then, and at the latest when the test method begins. A server that has moved to
 * another port meanwhile is registered anew before each test. Test classes with different
 * members don't share an application context.
 *
 * @since 0.1.0
 */
@Target({ ElementType.FIELD, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface RegisterService {

	/**
	 * Name of the service.
	 * @return the name that others look it up by
	 */
	String value();

	/**
	 * Path, or absolute URL on this machine, that answers 200 while the service is
	 * healthy.
	 * @return the health endpoint, empty for none
	 */
	String healthEndpoint() default "";

}
