package dev.aidis.port.test;

import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Where a server is reached that a test has started.
 *
 * @param scheme {@code http} or {@code https}
 * @param host the host name or address
 * @param port the port, or less than 1 while the server is not open
 */
record ServiceAddress(String scheme, String host, int port) {

	private static final List<String> METHODS = List.of("getPort", "port", "getLocalPort", "getAddress");

	/**
	 * Tell the address of a server.
	 * @param server the server, or a part of its address
	 * @return the address, or {@code null} if there is no way to tell
	 * @throws RuntimeException whatever the server throws because it does not run
	 */
	static @Nullable ServiceAddress of(@Nullable Object server) {
		if (server == null || isDirect(server)) {
			return direct(server);
		}
		for (String name : METHODS) {
			Method method = ReflectionUtils.findMethod(server.getClass(), name);
			if (method != null && isDirect(method.getReturnType())) {
				return direct(invoke(method, server));
			}
		}
		return null;
	}

	private static boolean isDirect(Object server) {
		return isDirect(server.getClass());
	}

	private static boolean isDirect(Class<?> type) {
		Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
		return boxed == Integer.class || type == URI.class || InetSocketAddress.class.isAssignableFrom(type);
	}

	private static ServiceAddress direct(@Nullable Object address) {
		if (address instanceof URI uri) {
			return of(uri);
		}
		if (address instanceof InetSocketAddress socket) {
			boolean any = !socket.isUnresolved() && socket.getAddress().isAnyLocalAddress();
			return new ServiceAddress("http", any ? "localhost" : socket.getHostString(), socket.getPort());
		}
		return new ServiceAddress("http", "localhost", (address instanceof Integer port) ? port : 0);
	}

	private static ServiceAddress of(URI uri) {
		String scheme = Objects.requireNonNullElse(uri.getScheme(), "http");
		int port = switch (scheme) {
			case "http" -> (uri.getPort() != -1) ? uri.getPort() : 80;
			case "https" -> (uri.getPort() != -1) ? uri.getPort() : 443;
			default -> uri.getPort();
		};
		return new ServiceAddress(scheme, Objects.requireNonNullElse(uri.getHost(), "localhost"), port);
	}

	private static @Nullable Object invoke(Method method, Object server) {
		Method accessible = ClassUtils.getPubliclyAccessibleMethodIfPossible(method, server.getClass());
		ReflectionUtils.makeAccessible(accessible);
		return ReflectionUtils.invokeMethod(accessible, server);
	}

}
