package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ForwardingClientCallListener.SimpleForwardingClientCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.StringUtils;

/**
 * Makes clients. Each connection has one of its own: a client that has lost its
 * connection waits ever longer until it tries again, up to two minutes.
 */
final class EtcdClients {

	/**
	 * The least that gRPC allows.
	 */
	private static final Duration PING = Duration.ofSeconds(10);

	private final EtcdSettings settings;

	private final EtcdMembers members;

	private final @Nullable SslContext tls;

	/**
	 * Create a maker.
	 * @param settings the settings
	 * @param bundle whom to trust, and what to show, with TLS
	 */
	EtcdClients(EtcdSettings settings, @Nullable SslBundle bundle) {
		this.settings = settings;
		this.members = new EtcdMembers(settings.endpoints());
		this.tls = settings.isTls() ? tls(bundle) : null;
	}

	private static SslContext tls(@Nullable SslBundle bundle) {
		SslContextBuilder builder = GrpcSslContexts.forClient();
		try {
			if (bundle != null) {
				builder.keyManager(bundle.getManagers().getKeyManagerFactory())
					.trustManager(bundle.getManagers().getTrustManagerFactory());
				SslOptions options = bundle.getOptions();
				if (options.getCiphers() != null) {
					builder.ciphers(List.of(options.getCiphers()));
				}
				if (options.getEnabledProtocols() != null) {
					builder.protocols(options.getEnabledProtocols());
				}
			}
			return builder.build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("TLS to etcd cannot be set up with the SSL bundle of "
					+ EtcdRegistryProperties.PREFIX + ".ssl.bundle: " + ex.getMessage(), ex);
		}
	}

	/**
	 * Note that the last client that was made gets answers.
	 */
	void answered() {
		this.members.answered();
	}

	/**
	 * Make a client of those members that are to be tried next. Nothing is sent yet.
	 * @param afterWatch is run after each thing that the watch has said, or that ended
	 * it, when jetcd is through with it
	 */
	Client create(Runnable afterWatch) {
		ClientBuilder builder = Client.builder()
			.endpoints(this.members.choose())
			.waitForReady(false)
			.connectTimeout(this.settings.connectTimeout())
			.retryMaxAttempts(1)
			.retryDelay(10)
			.keepaliveTime(PING)
			.keepaliveTimeout(this.settings.requestTimeout())
			.interceptor(new Calls(this.settings.requestTimeout(), afterWatch));
		if (this.tls != null) {
			builder.sslContext(this.tls);
		}
		if (StringUtils.hasLength(this.settings.username()) && StringUtils.hasLength(this.settings.password())) {
			builder.user(bytes(this.settings.username())).password(bytes(this.settings.password()));
		}
		return builder.build();
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

	/**
	 * Ends every call but the watch when it takes too long, so that none is left behind,
	 * and says when the watch has said something.
	 */
	private record Calls(Duration timeout, Runnable afterWatch) implements ClientInterceptor {

		@Override
		public <Q, R> ClientCall<Q, R> interceptCall(MethodDescriptor<Q, R> method, CallOptions options,
				Channel channel) {
			if (!"etcdserverpb.Watch".equals(method.getServiceName())) {
				return channel.newCall(method, options.withDeadlineAfter(this.timeout.toNanos(), TimeUnit.NANOSECONDS));
			}
			return new SimpleForwardingClientCall<>(channel.newCall(method, options)) {

				@Override
				public void start(Listener<R> listener, Metadata headers) {
					super.start(new After<>(listener, Calls.this.afterWatch), headers);
				}

			};
		}

	}

	/**
	 * Runs something after each callback.
	 */
	private static final class After<R> extends SimpleForwardingClientCallListener<R> {

		private final Runnable after;

		After(ClientCall.Listener<R> listener, Runnable after) {
			super(listener);
			this.after = after;
		}

		@Override
		public void onMessage(R message) {
			super.onMessage(message);
			this.after.run();
		}

		@Override
		public void onClose(Status status, Metadata trailers) {
			super.onClose(status, trailers);
			this.after.run();
		}

	}

}
