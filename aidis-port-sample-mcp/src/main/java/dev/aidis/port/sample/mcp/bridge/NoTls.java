package dev.aidis.port.sample.mcp.bridge;

import java.security.KeyManagementException;
import java.security.SecureRandom;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

import org.jspecify.annotations.Nullable;

/**
 * For an HTTP client that never speaks TLS: the JDK's makes ready for it all the same,
 * which takes a quarter of the time until the first answer.
 */
final class NoTls extends SSLContext {

	NoTls() {
		super(new Nothing(), null, "none");
	}

	private static final class Nothing extends SSLContextSpi {

		@Override
		protected void engineInit(KeyManager @Nullable [] keyManagers, TrustManager @Nullable [] trustManagers,
				@Nullable SecureRandom random) throws KeyManagementException {
			// There is nothing to make ready.
		}

		@Override
		protected SSLParameters engineGetDefaultSSLParameters() {
			return new SSLParameters();
		}

		@Override
		protected SSLParameters engineGetSupportedSSLParameters() {
			return new SSLParameters();
		}

		@Override
		protected SSLSocketFactory engineGetSocketFactory() {
			throw none();
		}

		@Override
		protected SSLServerSocketFactory engineGetServerSocketFactory() {
			throw none();
		}

		@Override
		protected SSLEngine engineCreateSSLEngine() {
			throw none();
		}

		@Override
		protected SSLEngine engineCreateSSLEngine(String host, int port) {
			throw none();
		}

		@Override
		protected SSLSessionContext engineGetServerSessionContext() {
			throw none();
		}

		@Override
		protected SSLSessionContext engineGetClientSessionContext() {
			throw none();
		}

		private static UnsupportedOperationException none() {
			return new UnsupportedOperationException("This client does not speak TLS");
		}

	}

}
