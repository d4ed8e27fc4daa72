package dev.aidis.port.registry.etcd;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslStoreBundle;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;
import dev.aidis.port.PortRegistryObserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An etcd that speaks TLS, with certificates that nobody but the test trusts.
 */
class EtcdTlsTests {

	private static final String PASSWORD = "changeit";

	@TempDir
	static Path folder;

	private static EtcdServer server;

	private static KeyStore trusted;

	private static KeyStore another;

	@BeforeAll
	static void startServer() throws Exception {
		KeyStore keys = keyStore(folder, "server", "CN=etcd", "SAN=ip:127.0.0.1");
		another = trust(keyStore(folder, "another", "CN=another", "SAN=ip:127.0.0.1"));
		trusted = trust(keys);
		Key key = keys.getKey("server", PASSWORD.toCharArray());
		server = EtcdServer.startWithTls(folder,
				Files.writeString(folder.resolve("certificate.pem"),
						pem("CERTIFICATE", keys.getCertificate("server").getEncoded())),
				Files.writeString(folder.resolve("key.pem"), pem("PRIVATE KEY", key.getEncoded())));
	}

	@AfterAll
	static void stopServer() throws Exception {
		if (server != null) {
			server.close();
		}
	}

	/**
	 * Return a certificate that nobody has signed, in PEM.
	 */
	static String anyCertificate(Path folder) throws Exception {
		KeyStore keys = keyStore(folder, "any", "CN=any", "SAN=dns:any");
		return pem("CERTIFICATE", keys.getCertificate("any").getEncoded());
	}

	private static KeyStore keyStore(Path folder, String alias, String name, String extension) throws Exception {
		Path file = folder.resolve(alias + ".p12");
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-keyalg", "EC", "-dname", name, "-ext", extension, "-validity", "7", "-storetype",
						"PKCS12", "-keystore", file.toString(), "-storepass", PASSWORD));
		Process process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(folder.resolve(alias + ".log").toFile())
			.start();
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(Files.readString(folder.resolve(alias + ".log"))).isZero();
		return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
	}

	private static KeyStore trust(KeyStore keys) throws Exception {
		KeyStore trust = KeyStore.getInstance("PKCS12");
		trust.load(null, null);
		String alias = keys.aliases().nextElement();
		Certificate certificate = keys.getCertificate(alias);
		trust.setCertificateEntry(alias, certificate);
		return trust;
	}

	private static String pem(String type, byte[] content) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder(64, new byte[] { '\n' }).encodeToString(content)
				+ "\n-----END " + type + "-----\n";
	}

	private static EtcdPortRegistry open(String url, @Nullable KeyStore trust) {
		EtcdRegistryProperties properties = new EtcdRegistryProperties();
		properties.setEndpoints(List.of(url));
		properties.setRequestTimeout(Duration.ofSeconds(20));
		SslBundle bundle = (trust != null) ? SslBundle.of(SslStoreBundle.of(null, null, trust)) : null;
		return new EtcdPortRegistry(properties, "default", bundle, PortRegistryObserver.NONE);
	}

	@Test
	void bundleThatTrustsTheCertificateConnects() {
		PortRegistration orders = PortRegistration.builder("orders", 41873).build();
		try (EtcdPortRegistry registry = open(server.url(), trusted);
				EtcdPortRegistry other = open(server.url(), trusted)) {
			registry.register(orders);
			assertThat(other.registrations()).containsExactly(orders);
		}
	}

	@Test
	void certificateThatNobodyTrustsIsToldInWords() {
		try (EtcdPortRegistry registry = open(server.url(), null);
				EtcdPortRegistry other = open(server.url(), another)) {
			for (EtcdPortRegistry untrusting : List.of(registry, other)) {
				assertThatExceptionOfType(PortRegistryException.class).isThrownBy(untrusting::verify)
					.withMessageContaining("its certificate is not trusted. "
							+ "Set aidis.port.registry.etcd.ssl.bundle to an SSL bundle that trusts its issuer");
			}
		}
	}

	@Test
	void certificateForAnotherHostIsToldInWords() {
		try (EtcdPortRegistry registry = open(server.url().replace("127.0.0.1", "localhost"), trusted)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
				.withMessageContaining("its certificate is not made out for that host");
		}
	}

	@Test
	void plainTextIsToldToUseHttps() {
		try (EtcdPortRegistry registry = open(server.url().replace("https", "http"), null)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
				.withMessageContaining("If it speaks TLS, use https instead of http");
		}
	}

	@Test
	void tlsToOneThatSpeaksPlainTextIsToldToUseHttp() throws Exception {
		try (EtcdServer plain = EtcdServer.start(folder);
				EtcdPortRegistry registry = open(plain.url().replace("http", "https"), trusted)) {
			assertThatExceptionOfType(PortRegistryException.class).isThrownBy(registry::verify)
				.withMessageContaining("If it does not speak TLS, use http instead of https");
		}
	}

}
