package dev.aidis.port.registry.etcd;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which of several ways a server ends a connection that it does not understand is a
 * matter of chance; the other tests see one of them.
 */
class EtcdReasonTests {

	private final EtcdRegistryProperties properties = new EtcdRegistryProperties();

	static Stream<Throwable> closed() {
		return Stream.of(new ClosedChannelException(), new SocketException("Connection reset"),
				new IOException("recvAddress(..) failed with error(-104): Connection reset by peer"),
				new IOException("Broken pipe"),
				Status.UNAVAILABLE.withDescription("Network closed for unknown reason").asRuntimeException());
	}

	@ParameterizedTest
	@MethodSource("closed")
	void connectionThatIsClosedMayHaveBeenOfTheWrongKind(Throwable cause) {
		Throwable failure = failureOfConnection(cause);
		assertThat(EtcdReason.of(failure, EtcdSettings.of(this.properties, "default")))
			.isEqualTo("it closed the connection. If it speaks TLS, use https instead of http in "
					+ "aidis.port.registry.etcd.endpoints");
		this.properties.setEndpoints(List.of("https://localhost:2379"));
		assertThat(EtcdReason.of(failure, EtcdSettings.of(this.properties, "default")))
			.isEqualTo("it closed the connection. If it does not speak TLS, use http instead of https in "
					+ "aidis.port.registry.etcd.endpoints");
	}

	static Stream<Throwable> unreachable() {
		return Stream.of(new NoRouteToHostException(), new ConnectException("Network is unreachable"),
				new IOException("connect(..) failed with error(-113): No route to host"),
				new ConnectException("Host is down"));
	}

	@ParameterizedTest
	@MethodSource("unreachable")
	void networkThatIsDownIsToldInWords(Throwable cause) {
		Throwable failure = failureOfConnection(cause);
		assertThat(EtcdReason.of(failure, EtcdSettings.of(this.properties, "default")))
			.isEqualTo("no way leads there, since the network or that machine is down. "
					+ "Check them, and aidis.port.registry.etcd.endpoints");
	}

	static Stream<Throwable> ofEndpoints() {
		return Stream.of(new ClosedChannelException(), new NoRouteToHostException(),
				new ConnectException("Connection refused"), new UnknownHostException("etcd.invalid"),
				new SSLException("not an SSL/TLS record"), new CertificateException("No name matching a found"));
	}

	/**
	 * The way out of another cluster's trouble is that cluster's setting.
	 */
	@ParameterizedTest
	@MethodSource("ofEndpoints")
	void settingIsThatOfTheClusterWhoseEtcdIsMeant(Throwable cause) {
		EtcdFailureException failure = failureOfConnection(cause);
		String setting = "aidis.port.clusters.there.endpoints";
		EtcdRegistryProperties there = this.properties.at(List.of("http://there:2379"), setting);
		assertThat(EtcdReason.of(failure, EtcdSettings.of(there, "there"))).contains(setting)
			.doesNotContain("aidis.port.registry.etcd.endpoints");
		EtcdRegistryProperties sameEtcd = this.properties.at(List.of(), setting);
		assertThat(EtcdReason.of(failure, EtcdSettings.of(sameEtcd, "there")))
			.contains("aidis.port.registry.etcd.endpoints")
			.doesNotContain(setting);
	}

	@ParameterizedTest
	@ValueSource(strings = { "etcdserver: user name is empty", "invalid user ID or password",
			"authentication is not enabled", "PKIX path building failed", "bad_certificate" })
	void settingThatAllClustersShareIsSaidToBe(String message) {
		EtcdFailureException failure = new EtcdFailureException(new IOException(message));
		EtcdRegistryProperties there = this.properties.at(List.of("http://there:2379"),
				"aidis.port.clusters.there.endpoints");
		assertThat(EtcdReason.of(failure, EtcdSettings.of(there, "there"))).contains("aidis.port.registry.etcd.")
			.endsWith(" (the same for all clusters, also for that of aidis.port.clusters.there.endpoints)");
		assertThat(EtcdReason.of(failure, EtcdSettings.of(this.properties, "default"))).doesNotContain("clusters");
	}

	@Test
	void whatIsUnknownIsToldAsItIsButPrintable() {
		Throwable failure = new EtcdFailureException(
				Status.INTERNAL.withDescription("something\u202e odd").asRuntimeException());
		assertThat(EtcdReason.of(failure, EtcdSettings.of(this.properties, "default")))
			.isEqualTo("INTERNAL: something\\u202e odd");
	}

	private static EtcdFailureException failureOfConnection(Throwable cause) {
		return new EtcdFailureException(
				Status.UNAVAILABLE.withDescription("io exception").withCause(cause).asRuntimeException());
	}

}
