package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.Printable;

/**
 * Asks one address over HTTP how it is and who it is. Follows no redirects, keeps no
 * cookies, sends no credentials and uses no proxy. Loaded by the first probe, since most
 * applications never make one.
 */
final class HttpProbe {

	private static final int MAX_BODY = 64 * 1024;

	private static final HttpClient client = HttpClient.newBuilder()
		.followRedirects(HttpClient.Redirect.NEVER)
		.proxy(HttpClient.Builder.NO_PROXY)
		.version(HttpClient.Version.HTTP_1_1)
		.build();

	private HttpProbe() {
	}

	/**
	 * Ask, and wait until the whole answer is there.
	 * @param uri what to ask
	 * @param timeout how long all of it may take
	 */
	static Answer ask(URI uri, Duration timeout) throws IOException, InterruptedException, TimeoutException {
		return ask(uri, timeout, true);
	}

	/**
	 * Ask, and be content with the headers of the answer.
	 * @param uri what to ask
	 * @param timeout how long it may take
	 */
	static Answer askForHeaders(URI uri, Duration timeout) throws IOException, InterruptedException, TimeoutException {
		return ask(uri, timeout, false);
	}

	private static Answer ask(URI uri, Duration timeout, boolean whole)
			throws IOException, InterruptedException, TimeoutException {
		HttpRequest request = HttpRequest.newBuilder(uri)
			.timeout(timeout)
			.header(PortRegistration.PROBE_HEADER, "1")
			.GET()
			.build();
		CompletableFuture<ResponseInfo> headers = new CompletableFuture<>();
		CompletableFuture<?> response = client.sendAsync(request, (info) -> {
			headers.complete(info);
			return new LimitedBody();
		});
		try {
			CompletableFuture<?> enough = whole ? response : CompletableFuture.anyOf(headers, response);
			enough.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
			ResponseInfo info = headers.join();
			return new Answer(info.statusCode(), info.headers().allValues(PortRegistration.INSTANCE_ID_HEADER));
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof HttpTimeoutException) {
				throw new TimeoutException();
			}
			throw (ex.getCause() instanceof IOException failure) ? failure : new IOException(ex.getCause());
		}
		finally {
			response.cancel(true);
		}
	}

	/**
	 * What was answered.
	 *
	 * @param status the HTTP status
	 * @param instanceIds who answers, if it says so; several if it has passed the request
	 * on to others that say so, too
	 */
	record Answer(int status, List<String> instanceIds) {

		boolean isOf(PortRegistration registration) {
			return this.instanceIds.contains(registration.instanceId());
		}

		ServiceHealth judge(PortRegistration registration) {
			if (!isOf(registration) && !this.instanceIds.isEmpty()) {
				return ServiceHealth.answeredBy("another instance (" + Printable.of(this.instanceIds.get(0)) + ")");
			}
			if (!isOf(registration) && registration.provesIdentity()) {
				return ServiceHealth.answeredBy("a program that is not this service");
			}
			return new ServiceHealth(this.status == 200 || registration.healthEndpoint() == null,
					"HTTP " + this.status);
		}

	}

	/**
	 * Reads a body and throws it away, and stops when it is too long to be worth it.
	 */
	private static final class LimitedBody implements BodySubscriber<@Nullable Void> {

		private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

		private @Nullable Subscription subscription;

		private long length;

		@Override
		public CompletionStage<@Nullable Void> getBody() {
			return this.end;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.subscription = subscription;
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(List<ByteBuffer> buffers) {
			buffers.forEach((buffer) -> this.length += buffer.remaining());
			if (this.length > MAX_BODY && this.subscription != null) {
				this.subscription.cancel();
				this.end.complete(null);
			}
		}

		@Override
		public void onError(Throwable failure) {
			this.end.completeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			this.end.complete(null);
		}

	}

}
