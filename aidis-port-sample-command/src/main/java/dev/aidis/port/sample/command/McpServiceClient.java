package dev.aidis.port.sample.command;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.http.client.JdkHttpClientBuilder;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Calls {@code aidis-mcp}: its health endpoint with Spring's RestClient, which
 * understands the service's name as a host, and its tools with an MCP client, which is
 * given the address that was looked up, and the token that both services are given.
 */
@Component
class McpServiceClient {

	static final String SERVICE = "aidis-mcp";

	private static final int MAX_BODY_SIZE = 64 * 1024;

	private final RestClient restClient;

	private final Duration timeout;

	private final HttpClient httpClient;

	private final JsonMapper jsonMapper;

	private final String token;

	McpServiceClient(RestClient.Builder restClient, HttpClientSettings settings, JsonMapper jsonMapper,
			@Value("${aidis.mcp.token:}") String token) {
		this.restClient = restClient.baseUrl("aidis://" + SERVICE).build();
		Assert.notNull(settings.readTimeout(), "'spring.http.clients.read-timeout' must be set");
		this.timeout = settings.readTimeout();
		this.httpClient = new JdkHttpClientBuilder()
			.withCustomizer((client) -> client.version(HttpClient.Version.HTTP_1_1))
			.build(settings.withReadTimeout(null));
		this.jsonMapper = jsonMapper;
		this.token = token.strip();
	}

	/**
	 * Ask for the service's health.
	 * @param url the address to name when it does not answer
	 * @throws ServiceCallException if it does not answer
	 */
	Health health(URI url) {
		try {
			return this.restClient.get()
				.uri("/healthz")
				.exchangeForRequiredValue(
						(request, response) -> new Health(response.getStatusCode().value(), body(response.getBody())));
		}
		catch (RestClientException ex) {
			throw new ServiceCallException(SERVICE, url, ex);
		}
	}

	private Object body(InputStream stream) throws IOException {
		String text = new String(stream.readNBytes(MAX_BODY_SIZE), StandardCharsets.UTF_8);
		try {
			return this.jsonMapper.readValue(text, Object.class);
		}
		catch (JacksonException ex) {
			return text;
		}
	}

	/**
	 * Ask for the service's tools, and call the one that lists services.
	 * @param url where the service is
	 * @throws ServiceCallException if it does not answer as an MCP server should
	 */
	Tools tools(URI url) {
		McpSyncClient client = connect(url);
		try {
			client.initialize();
			List<String> names = client.listTools().tools().stream().map(Tool::name).toList();
			return new Tools(names, services(client.callTool(CallToolRequest.builder("list_services").build())));
		}
		catch (RuntimeException ex) {
			throw new ServiceCallException(SERVICE, url, ex);
		}
		finally {
			client.closeGracefully();
		}
	}

	private McpSyncClient connect(URI url) {
		return McpClient.sync(HttpClientStreamableHttpTransport.builder(url.toString())
			.clientBuilder(alwaysBuilds(this.httpClient))
			.httpRequestCustomizer((request, method, endpoint, body, context) -> {
				if (!this.token.isEmpty()) {
					request.setHeader(HttpHeaders.AUTHORIZATION, "Bearer " + this.token);
				}
				// GET is the stream that stays open for as long as the client.
				if (!"GET".equals(method)) {
					request.timeout(this.timeout);
				}
			})
			.build()).initializationTimeout(this.timeout).requestTimeout(this.timeout).build();
	}

	/**
	 * The transport takes no HTTP client but only builds one; one for each call would
	 * leave its threads and connections behind for minutes.
	 */
	private static HttpClient.Builder alwaysBuilds(HttpClient client) {
		return (HttpClient.Builder) Proxy.newProxyInstance(HttpClient.Builder.class.getClassLoader(),
				new Class<?>[] { HttpClient.Builder.class },
				(proxy, method, arguments) -> method.getReturnType() == HttpClient.class ? client : proxy);
	}

	private static @Nullable Object services(CallToolResult result) {
		if (Boolean.TRUE.equals(result.isError())) {
			throw new IllegalStateException("its tool list_services failed: " + result.content());
		}
		return (result.structuredContent() instanceof Map<?, ?> structured) ? structured.get("services") : null;
	}

	/**
	 * What the health endpoint answered.
	 *
	 * @param status the HTTP status
	 * @param body the JSON value, or the text where it is none
	 */
	record Health(int status, Object body) {

	}

	/**
	 * What the MCP server answered.
	 *
	 * @param names the names of its tools
	 * @param services the services it lists
	 */
	record Tools(List<String> names, @Nullable Object services) {

	}

}
