package dev.aidis.port.registry.etcd;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

import dev.aidis.port.Printable;

/**
 * Says in words why etcd did not do something, and what helps. What went wrong stands in
 * the messages of several exceptions, some of the system, some of TLS, some of etcd's.
 */
final class EtcdReason {

	private static final String SETTING = EtcdRegistryProperties.PREFIX;

	private static final int MAX_LENGTH = 300;

	/**
	 * What is found in a message, and what it means. The first that is found counts.
	 */
	private static final Map<String, Function<EtcdSettings, String>> MEANINGS = meanings();

	private EtcdReason() {
	}

	private static Map<String, Function<EtcdSettings, String>> meanings() {
		Map<String, Function<EtcdSettings, String>> meanings = new LinkedHashMap<>();
		meanings.put("invalid user ID or password", (settings) -> "it does not accept user '" + user(settings)
				+ "': the name or the password is wrong. Set " + credentials(settings));
		meanings.put("authentication is not enabled",
				(settings) -> "it has no authentication enabled, so nobody can log in as '" + user(settings)
						+ "'. Enable it, or remove " + SETTING + ".username" + shared(settings));
		meanings.put("user name is empty",
				(settings) -> "it asks for a user name and a password. Set " + credentials(settings));
		meanings.put("permission denied",
				(settings) -> "user '" + user(settings) + "' may not do that below " + settings.folder()
						+ ". Let it: etcdctl role grant-permission <role> readwrite --prefix=true "
						+ settings.folder());
		meanings.put("unable to find valid certification path", EtcdReason::untrusted);
		meanings.put("PKIX path", EtcdReason::untrusted);
		meanings.put("No subject alternative", EtcdReason::anotherHost);
		meanings.put("No name matching", EtcdReason::anotherHost);
		meanings.put("not an SSL/TLS record",
				(settings) -> "it does not speak TLS. Use http instead of https in " + settings.endpointsSetting());
		meanings.put("bad_certificate", EtcdReason::clientCertificate);
		meanings.put("certificate_required", EtcdReason::clientCertificate);
		meanings.put("certificate required", EtcdReason::clientCertificate);
		meanings.put("SSLHandshakeException", (settings) -> "the TLS handshake failed");
		meanings.put("First received frame was not SETTINGS", EtcdReason::closed);
		meanings.put("Network closed for unknown reason", EtcdReason::closed);
		meanings.put("ClosedChannelException", EtcdReason::closed);
		meanings.put("Connection reset", EtcdReason::closed);
		meanings.put("Broken pipe", EtcdReason::closed);
		meanings.put("Connection refused", (settings) -> "nobody listens there. Start etcd, or set "
				+ settings.endpointsSetting() + " to where it is");
		meanings.put("No route to host", EtcdReason::unreachable);
		meanings.put("NoRouteToHostException", EtcdReason::unreachable);
		meanings.put("Network is unreachable", EtcdReason::unreachable);
		meanings.put("Host is down", EtcdReason::unreachable);
		meanings.put("UnknownHostException", EtcdReason::unknownHost);
		meanings.put("UnresolvedAddressException", EtcdReason::unknownHost);
		meanings.put("connection timed out", (settings) -> "no connection came about within "
				+ settings.connectTimeout().toMillis() + "ms (" + SETTING + ".connect-timeout)");
		meanings.put("database space exceeded",
				(settings) -> "its database is full. Compact and defragment it, and disarm the alarm");
		meanings.put("no leader", (settings) -> "its members have no leader, because most of them are not there");
		meanings.put("DEADLINE_EXCEEDED", EtcdReason::silent);
		meanings.put("TimeoutException", EtcdReason::silent);
		return meanings;
	}

	private static String user(EtcdSettings settings) {
		return Printable.of(String.valueOf(settings.username()));
	}

	private static String credentials(EtcdSettings settings) {
		return SETTING + ".username and " + SETTING + ".password" + shared(settings);
	}

	/**
	 * All clusters have one user and one SSL bundle, wherever they are.
	 */
	private static String shared(EtcdSettings settings) {
		return settings.endpointsSetting().startsWith(SETTING) ? ""
				: " (the same for all clusters, also for that of " + settings.endpointsSetting() + ")";
	}

	private static String untrusted(EtcdSettings settings) {
		return "its certificate is not trusted. Set " + SETTING + ".ssl.bundle to an SSL bundle that trusts its issuer"
				+ shared(settings);
	}

	private static String anotherHost(EtcdSettings settings) {
		return "its certificate is not made out for that host. Use the host that it names in "
				+ settings.endpointsSetting();
	}

	private static String clientCertificate(EtcdSettings settings) {
		return "it does not accept our certificate, or asks for one that we have not. Set " + SETTING
				+ ".ssl.bundle to an SSL bundle with one that it accepts" + shared(settings);
	}

	/**
	 * As each kind of server does when it is greeted in the other's way.
	 */
	private static String closed(EtcdSettings settings) {
		String wayOut = settings.isTls() ? "does not speak TLS, use http instead of https"
				: "speaks TLS, use https instead of http";
		return "it closed the connection. If it " + wayOut + " in " + settings.endpointsSetting();
	}

	private static String unreachable(EtcdSettings settings) {
		return "no way leads there, since the network or that machine is down. Check them, and "
				+ settings.endpointsSetting();
	}

	private static String unknownHost(EtcdSettings settings) {
		return "the host is not known. Check " + settings.endpointsSetting();
	}

	private static String silent(EtcdSettings settings) {
		return "it has not answered within " + settings.requestTimeout().toMillis() + "ms (" + SETTING
				+ ".request-timeout)";
	}

	/**
	 * Say why.
	 * @param failure what went wrong
	 * @param settings the settings
	 * @return half a sentence, without a full stop
	 */
	static String of(Throwable failure, EtcdSettings settings) {
		StringBuilder messages = new StringBuilder();
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			messages.append(cause).append('\n');
		}
		String text = messages.toString();
		return MEANINGS.entrySet()
			.stream()
			.filter((meaning) -> text.contains(meaning.getKey()))
			.findFirst()
			.map((meaning) -> meaning.getValue().apply(settings))
			.orElseGet(() -> Printable.of(message(failure), MAX_LENGTH));
	}

	private static String message(Throwable failure) {
		Throwable innermost = failure;
		while (innermost.getCause() != null) {
			innermost = innermost.getCause();
		}
		return String.valueOf((innermost.getMessage() != null) ? innermost.getMessage() : innermost);
	}

}
