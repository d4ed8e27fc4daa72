package dev.aidis.port.registry.etcd;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * The settings, checked.
 *
 * @param endpoints the members' addresses
 * @param endpointsSetting the name of the setting that says so
 * @param folder what all keys of the cluster begin with, from a slash to a slash
 * @param leaseTtl how long an instance stays without a sign of life
 * @param connectTimeout how long to wait for a connection
 * @param requestTimeout how long to wait for an answer
 * @param username the user, if there is authentication
 * @param password the user's password
 */
record EtcdSettings(List<URI> endpoints, String endpointsSetting, String folder, Duration leaseTtl,
		Duration connectTimeout, Duration requestTimeout, @Nullable String username, @Nullable String password) {

	private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*");

	/**
	 * What etcd grants at least, with its usual election timeout.
	 */
	private static final Duration MIN_TTL = Duration.ofSeconds(2);

	private static final Duration MAX_TTL = Duration.ofDays(1);

	private static final Duration MAX_TIMEOUT = Duration.ofMinutes(10);

	private static final Set<String> LOOPBACK = Set.of("localhost", "[::1]");

	/**
	 * Check the settings.
	 * @param properties as they are set
	 * @param cluster the cluster's name
	 * @throws InvalidConfigurationPropertyValueException if one of them is no good
	 */
	static EtcdSettings of(EtcdRegistryProperties properties, String cluster) {
		List<URI> endpoints = properties.getEndpoints()
			.stream()
			.map((text) -> endpoint(text, properties.endpointsSetting()))
			.toList();
		boolean tls = requireOneScheme(endpoints, properties);
		requireTls(tls, properties);
		requireBoth(properties.getUsername(), properties.getPassword());
		return new EtcdSettings(endpoints, properties.endpointsSetting(),
				"/" + prefix(properties.getPrefix()) + "/" + cluster + "/",
				duration("lease-ttl", properties.getLeaseTtl(), MIN_TTL, MAX_TTL),
				duration("connect-timeout", properties.getConnectTimeout(), Duration.ofMillis(1), MAX_TIMEOUT),
				duration("request-timeout", properties.getRequestTimeout(), Duration.ofMillis(1), MAX_TIMEOUT),
				properties.getUsername(), properties.getPassword());
	}

	private static URI endpoint(String text, String setting) {
		try {
			URI uri = new URI(text.strip()).parseServerAuthority();
			boolean complete = Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
					&& uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= 65535;
			boolean plain = uri.getUserInfo() == null && Set.of("", "/").contains(String.valueOf(uri.getPath()))
					&& uri.getQuery() == null && uri.getFragment() == null;
			if (complete && plain) {
				return new URI(uri.getScheme(), null, uri.getHost(), (uri.getPort() != -1) ? uri.getPort() : 2379, null,
						null, null);
			}
		}
		catch (URISyntaxException ex) {
			// Told below.
		}
		throw new InvalidConfigurationPropertyValueException(setting, text,
				"Each endpoint must be a URL with a host and a port, and nothing else, such as 'http://localhost:2379'. "
						+ "A user is set with " + EtcdRegistryProperties.PREFIX + ".username.");
	}

	private static boolean requireOneScheme(List<URI> endpoints, EtcdRegistryProperties properties) {
		List<String> schemes = endpoints.stream().map(URI::getScheme).distinct().toList();
		if (schemes.size() != 1) {
			throw new InvalidConfigurationPropertyValueException(properties.endpointsSetting(),
					properties.getEndpoints(),
					schemes.isEmpty() ? "There must be at least one, such as 'http://localhost:2379'."
							: "Either all of them must have http or all of them https.");
		}
		return schemes.contains("https");
	}

	private static void requireTls(boolean tls, EtcdRegistryProperties properties) {
		String bundle = properties.getSsl().getBundle();
		if (bundle != null && !tls) {
			throw new InvalidConfigurationPropertyValueException(EtcdRegistryProperties.PREFIX + ".ssl.bundle", bundle,
					"It is for endpoints with https, and those in " + properties.endpointsSetting()
							+ " have http. Change them, or remove it.");
		}
	}

	private static void requireBoth(@Nullable String username, @Nullable String password) {
		if (StringUtils.hasLength(username) != StringUtils.hasLength(password)) {
			String missing = EtcdRegistryProperties.PREFIX
					+ (StringUtils.hasLength(username) ? ".password" : ".username");
			throw new InvalidConfigurationPropertyValueException(missing, "",
					"Name and password must be set both or neither. Set this one, too, or remove the other.");
		}
	}

	private static String prefix(String prefix) {
		if (!PREFIX.matcher(prefix).matches()) {
			throw new InvalidConfigurationPropertyValueException(EtcdRegistryProperties.PREFIX + ".prefix", prefix,
					"It has letters, digits, '.', '_' and '-', and '/' only between them, such as 'aidis' or "
							+ "'teams/blue'.");
		}
		return prefix;
	}

	private static Duration duration(String name, Duration value, Duration minimum, Duration maximum) {
		if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
			throw new InvalidConfigurationPropertyValueException(EtcdRegistryProperties.PREFIX + "." + name, value,
					"It must be at least " + minimum.toMillis() + "ms and at most " + maximum.toSeconds()
							+ "s, such as '5s'.");
		}
		return value;
	}

	boolean isTls() {
		return this.endpoints.get(0).getScheme().equals("https");
	}

	/**
	 * Tell whether etcd may be asked by other machines.
	 */
	boolean isRemote() {
		return this.endpoints.stream().anyMatch((endpoint) -> !isLoopback(endpoint.getHost()));
	}

	static boolean isLoopback(String host) {
		return LOOPBACK.contains(host) || host.startsWith("127.");
	}

	/**
	 * Return the time of the lease in etcd's unit, not less than what was asked for.
	 */
	long leaseSeconds() {
		return this.leaseTtl.plusMillis(999).toSeconds();
	}

	/**
	 * Return how often to give a sign of life.
	 */
	Duration heartbeat() {
		return this.leaseTtl.dividedBy(3);
	}

	/**
	 * Return where the registry is, for people.
	 */
	String location() {
		return "etcd " + String.join(",", this.endpoints.stream().map(URI::toString).toList()) + " " + this.folder;
	}

	/**
	 * Never with the password.
	 */
	@Override
	public String toString() {
		return location();
	}

}
