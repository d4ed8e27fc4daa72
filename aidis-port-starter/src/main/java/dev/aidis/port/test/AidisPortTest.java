package dev.aidis.port.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Gives the application context of a Spring test a registry file of its own, which is
 * gone when the context closes, and a {@link TestPortRegistry} bean.
 * <p>
 * A {@code @SpringBootTest} without this annotation uses the registry that is configured,
 * such as {@code AIDIS_PORT_REGISTRY}, else one that all contexts of its JVM share. With
 * it no service of another context, JVM or of the machine is ever found, whatever is
 * configured. Only the choice of a port, which is made before, knows what is configured.
 *
 * @since 0.1.0
 * @see RegisterService
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
public @interface AidisPortTest {

}
