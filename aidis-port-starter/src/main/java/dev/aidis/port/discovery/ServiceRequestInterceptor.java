package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.URI;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;

import dev.aidis.port.PortDiscovery;

/**
 * Lets a {@code RestClient} or {@code RestTemplate} call {@code aidis://<service>/path}.
 * The port is looked up for each request; if it refuses the connection, it is looked up
 * anew and the request sent once more where its method is idempotent.
 *
 * @since 0.1.0
 */
public final class ServiceRequestInterceptor implements ClientHttpRequestInterceptor {

	private final PortDiscovery discovery;

	/**
	 * Create a new interceptor.
	 * @param discovery where to look services up
	 */
	public ServiceRequestInterceptor(PortDiscovery discovery) {
		this.discovery = discovery;
	}

	@Override
	public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		if (!ServiceUri.isServiceUri(request.getURI())) {
			return execution.execute(request, body);
		}
		try {
			return call(request, body, execution);
		}
		catch (IOException ex) {
			if (!ServiceUri.isWorthRetrying(request.getMethod(), ex)) {
				throw ex;
			}
			return call(request, body, execution);
		}
	}

	private ClientHttpResponse call(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		try {
			return execution.execute(resolve(request), body);
		}
		catch (IOException ex) {
			if (ServiceUri.isRefused(ex)) {
				ServiceUri.doubt(request.getURI(), this.discovery);
			}
			throw ex;
		}
	}

	private HttpRequest resolve(HttpRequest request) {
		URI resolved = ServiceUri.resolve(request.getURI(), this.discovery);
		return new HttpRequestWrapper(request) {

			@Override
			public URI getURI() {
				return resolved;
			}

		};
	}

}
