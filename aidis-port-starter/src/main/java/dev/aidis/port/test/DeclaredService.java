package dev.aidis.port.test;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringUtils;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;

/**
 * A member of a test class that has a {@link RegisterService}.
 *
 * @param member the field or method
 * @param serviceName the name of the service
 * @param healthEndpoint its health endpoint, if it has one
 */
record DeclaredService(Member member, String serviceName, @Nullable String healthEndpoint) {

	/**
	 * Find the members that count for a test class, those of outer and upper classes
	 * first.
	 */
	static Set<DeclaredService> of(Class<?> testClass) {
		Set<DeclaredService> found = new LinkedHashSet<>();
		collect(testClass, found);
		return Collections.unmodifiableSet(found);
	}

	private static void collect(Class<?> type, Set<DeclaredService> found) {
		if (TestContextAnnotationUtils.searchEnclosingClass(type)) {
			collect(type.getEnclosingClass(), found);
		}
		for (Class<?> contract : type.getInterfaces()) {
			collect(contract, found);
		}
		if (type.getSuperclass() != null) {
			collect(type.getSuperclass(), found);
		}
		ReflectionUtils.doWithLocalFields(type, (field) -> add(field, field, found));
		for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
			add(method, method, found);
		}
	}

	private static void add(Member member, AnnotatedElement element, Set<DeclaredService> found) {
		MergedAnnotations.from(element).stream(RegisterService.class).findFirst().ifPresent((annotation) -> {
			boolean usable = Modifier.isStatic(member.getModifiers())
					&& !(member instanceof Method method && method.getParameterCount() > 0);
			Assert.state(usable, () -> "@RegisterService must be on a static field or a static method without "
					+ "parameters, but is on " + describe(member));
			String healthEndpoint = annotation.getString("healthEndpoint");
			found.add(new DeclaredService(member, annotation.getString("value"),
					StringUtils.hasLength(healthEndpoint) ? healthEndpoint : null));
		});
	}

	/**
	 * Return the registration of the service as it is now.
	 * @param previous its earlier registration, whose identity is kept
	 * @throws IllegalStateException if its server is not open
	 */
	PortRegistration registration(@Nullable PortRegistration previous) {
		ServiceAddress address = address();
		PortRegistration start = (previous != null) ? previous
				: PortRegistration.builder(this.serviceName, address.port()).build();
		return start.with((builder) -> builder.scheme(address.scheme())
			.host(address.host())
			.port(address.port())
			.healthEndpoint(this.healthEndpoint)
			.status(Status.UP));
	}

	private ServiceAddress address() {
		Object server;
		ServiceAddress address;
		try {
			server = value();
			address = ServiceAddress.of(server);
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException("The server of " + this + " is not open", ex);
		}
		Assert.state(address != null,
				() -> "No port can be told from the " + ClassUtils.getDescriptiveType(server) + " in " + this
						+ ". It must be a number, a URI, an InetSocketAddress or have a method getPort() or port(). "
						+ "Annotate a static method that returns one of these");
		Assert.state(address.port() > 0, () -> "The server of " + this + " is not open");
		return address;
	}

	private @Nullable Object value() {
		if (this.member instanceof Field field) {
			ReflectionUtils.makeAccessible(field);
			return ReflectionUtils.getField(field, null);
		}
		Method method = (Method) this.member;
		ReflectionUtils.makeAccessible(method);
		return ReflectionUtils.invokeMethod(method, null);
	}

	private static String describe(Member member) {
		return ClassUtils.getShortName(member.getDeclaringClass()) + "." + member.getName();
	}

	@Override
	public String toString() {
		return "@RegisterService(\"" + this.serviceName + "\") " + describe(this.member);
	}

}
