package dev.aidis.port.registry.cloud;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Request;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;

/**
 * Plays the agent of Consul as its public documentation of the HTTP API describes it:
 * {@code /v1/agent/service/register} and {@code deregister}, {@code /v1/agent/services},
 * {@code /v1/health/service}, {@code /v1/catalog/services} with blocking queries, and
 * {@code /v1/status/leader}. What the documentation does not allow is refused, and
 * remembered as a complaint. It asks the health endpoints, each at its interval, and
 * {@code ?passing} leaves out who did not answer well the last time; it takes nobody out
 * who stays critical, which the documentation does after a minute at the earliest.
 */
final class ConsulAgent implements AutoCloseable, ResponseDefinitionTransformerV2 {

	private static final Queue<String> COMPLAINTS = new ConcurrentLinkedQueue<>();

	private static final Map<String, ConsulAgent> AGENTS = new LinkedHashMap<>();

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Set<String> SERVICE_FIELDS = Set.of("ID", "Name", "Tags", "Address", "TaggedAddresses", "Meta",
			"Namespace", "Partition", "Port", "SocketPath", "Kind", "Proxy", "Connect", "Check", "Checks",
			"EnableTagOverride", "Weights", "Locality");

	private static final Set<String> CHECK_FIELDS = Set.of("Name", "ID", "CheckID", "Interval", "Notes",
			"DeregisterCriticalServiceAfter", "Args", "AliasNode", "AliasService", "DockerContainerID", "GRPC",
			"GRPCUseTLS", "H2PING", "H2PingUseTLS", "HTTP", "Method", "Body", "DisableRedirects", "Header", "Timeout",
			"OutputMaxSize", "TLSServerName", "TLSSkipVerify", "TCP", "TCPUseTLS", "UDP", "OSService", "TTL",
			"ServiceID", "Status", "Shell", "SuccessBeforePassing", "FailuresBeforeWarning", "FailuresBeforeCritical");

	private static final Pattern META_KEY = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private static final Pattern DURATION = Pattern.compile("(\\d+(ns|us|ms|s|m|h))+");

	private static final Pattern CHECKED_URL = Pattern.compile("https?://[^/:]+:[1-9]\\d{0,4}/.*");

	private final Map<String, JsonNode> services = new TreeMap<>();

	/**
	 * How each service's check went.
	 */
	private final Map<String, ConsulCheck> checks = new ConcurrentHashMap<>();

	private final ScheduledExecutorService checking = Executors.newSingleThreadScheduledExecutor();

	private final WireMockServer server;

	private long index = 1;

	ConsulAgent(int port) {
		WireMockConfiguration configuration = WireMockConfiguration.options().extensions(this);
		this.server = new WireMockServer((port != 0) ? configuration.port(port) : configuration.dynamicPort());
		this.server.stubFor(any(anyUrl()).willReturn(ok()));
		this.server.start();
		this.checking.scheduleWithFixedDelay(this::check, 0, 50, TimeUnit.MILLISECONDS);
		synchronized (AGENTS) {
			AGENTS.put(String.valueOf(port()), this);
		}
	}

	static Queue<String> complaints() {
		return COMPLAINTS;
	}

	/**
	 * Return what the agents have been told to ask for the health of a service.
	 */
	static List<String> checkUrls(String name) {
		synchronized (AGENTS) {
			return AGENTS.values()
				.stream()
				.flatMap(ConsulAgent::registered)
				.filter((service) -> service.path("Name").asString("").equals(name))
				.map((service) -> service.path("Check").path("HTTP").asString(""))
				.toList();
		}
	}

	private synchronized Stream<JsonNode> registered() {
		return List.copyOf(this.services.values()).stream();
	}

	int port() {
		return this.server.port();
	}

	@Override
	public void close() {
		synchronized (AGENTS) {
			AGENTS.remove(String.valueOf(port()));
		}
		this.checking.shutdownNow();
		this.server.stop();
	}

	private void check() {
		for (ConsulCheck check : this.checks.values()) {
			try {
				if (check.run()) {
					synchronized (this) {
						change();
					}
				}
			}
			catch (RuntimeException ex) {
				COMPLAINTS.add("Check " + check.definition() + ": " + ex);
			}
		}
	}

	@Override
	public String getName() {
		return "consul-agent";
	}

	@Override
	public ResponseDefinition transform(ServeEvent event) {
		Request request = event.getRequest();
		try {
			return answer(request).build();
		}
		catch (Refusal ex) {
			COMPLAINTS.add(request.getMethod() + " " + request.getUrl() + ": " + ex.getMessage());
			return new ResponseDefinitionBuilder().withStatus(ex.status).withBody(ex.getMessage()).build();
		}
	}

	private ResponseDefinitionBuilder answer(Request request) {
		String path = request.getUrl().replaceFirst("\\?.*", "");
		boolean get = request.getMethod().equals(RequestMethod.GET);
		boolean put = request.getMethod().equals(RequestMethod.PUT);
		if (put && path.equals("/v1/agent/service/register")) {
			register(JSON.readTree(request.getBodyAsString()));
			return new ResponseDefinitionBuilder().withStatus(200);
		}
		if (put && path.startsWith("/v1/agent/service/deregister/")) {
			deregister(decode(path.substring("/v1/agent/service/deregister/".length())));
			return new ResponseDefinitionBuilder().withStatus(200);
		}
		if (get && path.equals("/v1/agent/services")) {
			Map<String, Object> all = new LinkedHashMap<>();
			registered().forEach((service) -> all.put(id(service), service(service)));
			return json(all);
		}
		if (get && path.equals("/v1/status/leader")) {
			return json("127.0.0.1:8300");
		}
		if (get && path.equals("/v1/catalog/services")) {
			awaitIndex(request);
			Map<String, Object> names = new TreeMap<>(Map.of("consul", List.of()));
			registered().forEach((service) -> names.put(service.path("Name").asString(), List.of()));
			return json(names);
		}
		if (get && path.startsWith("/v1/health/service/")) {
			awaitIndex(request);
			String name = decode(path.substring("/v1/health/service/".length()));
			boolean passing = request.queryParameter("passing").isPresent()
					&& !request.queryParameter("passing").containsValue("false");
			return json(registered().filter((service) -> service.path("Name").asString().equals(name))
				.filter((service) -> !passing || status(service).equals(ConsulCheck.PASSING))
				.map(this::health)
				.toList());
		}
		throw new Refusal(404, "no such endpoint is documented");
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private synchronized ResponseDefinitionBuilder json(Object body) {
		return new ResponseDefinitionBuilder().withStatus(200)
			.withHeader("Content-Type", "application/json")
			.withHeader("X-Consul-Index", String.valueOf(this.index))
			.withHeader("X-Consul-KnownLeader", "true")
			.withHeader("X-Consul-LastContact", "0")
			.withBody(JSON.writeValueAsString(body));
	}

	/**
	 * A blocking query: with an index that is the present one, the answer waits for the
	 * next change, or for as long as was asked.
	 */
	private synchronized void awaitIndex(Request request) {
		if (!request.queryParameter("index").isPresent()) {
			return;
		}
		long known = Long.parseLong(request.queryParameter("index").firstValue());
		String wait = request.queryParameter("wait").isPresent() ? request.queryParameter("wait").firstValue() : "1s";
		check(DURATION.matcher(wait).matches(), "invalid wait " + wait);
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
		try {
			while (this.index == known && System.nanoTime() < end) {
				wait(100);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private synchronized void register(JsonNode service) {
		service.propertyNames().forEach((field) -> check(SERVICE_FIELDS.contains(field), "unknown field " + field));
		check(!service.path("Name").asString("").isEmpty(), "Missing service name");
		int port = service.path("Port").asInt(0);
		check(port >= 0 && port <= 65535, "Invalid port " + port);
		JsonNode meta = service.path("Meta");
		check(meta.size() <= 64, "Node metadata cannot contain more than 64 key/value pairs");
		meta.properties().forEach((pair) -> {
			check(META_KEY.matcher(pair.getKey()).matches(), "Key name '" + pair.getKey() + "' is invalid");
			check(!pair.getKey().startsWith("consul-"), "Key prefix 'consul-' is reserved for internal use");
			check(pair.getValue().asString("").length() <= 512, "Value is longer than 512 characters");
		});
		JsonNode check = service.path("Check");
		if (!check.isMissingNode() && !check.isNull()) {
			validateCheck(check);
		}
		this.services.put(id(service), service);
		this.checks.compute(id(service), (id, before) -> (before != null && before.definition().equals(check)) ? before
				: new ConsulCheck(check));
		change();
	}

	/**
	 * A service without a check is passing.
	 */
	private String status(JsonNode service) {
		ConsulCheck check = this.checks.get(id(service));
		return (check != null) ? check.status() : ConsulCheck.PASSING;
	}

	private static void validateCheck(JsonNode check) {
		check.propertyNames().forEach((field) -> check(CHECK_FIELDS.contains(field), "unknown field " + field));
		String http = check.path("HTTP").asString("");
		String tcp = check.path("TCP").asString("");
		boolean ttl = !check.path("TTL").asString("").isEmpty();
		check(http.isEmpty() || CHECKED_URL.matcher(http).matches(), "Invalid URL " + http);
		check(ttl != (!http.isEmpty() || !tcp.isEmpty()), "Check must have one of HTTP, TCP and TTL");
		check(ttl || DURATION.matcher(check.path("Interval").asString("")).matches(), "Interval must be > 0");
	}

	private synchronized void deregister(String id) {
		if (this.services.remove(id) == null) {
			throw new Refusal(404, "Unknown service ID \"" + id + "\"");
		}
		this.checks.remove(id);
		change();
	}

	private void change() {
		this.index++;
		notifyAll();
	}

	private static String id(JsonNode service) {
		return service.path("ID").asString(service.path("Name").asString());
	}

	private Map<String, Object> health(JsonNode service) {
		Map<String, Object> health = new LinkedHashMap<>();
		health.put("Node", Map.of("ID", "40e4a748-2192-161a-0510-9bf59fe950b5", "Node", "test", "Address", "127.0.0.1",
				"Datacenter", "dc1", "TaggedAddresses", Map.of(), "Meta", Map.of()));
		health.put("Service", service(service));
		List<Object> checks = new ArrayList<>();
		checks.add(Map.of("Node", "test", "CheckID", "service:" + id(service), "Name", "Service check", "Status",
				status(service), "Notes", "", "Output", "", "ServiceID", id(service), "ServiceName",
				service.path("Name").asString(), "ServiceTags", List.of()));
		health.put("Checks", checks);
		return health;
	}

	private static Map<String, Object> service(JsonNode service) {
		Map<String, Object> told = new LinkedHashMap<>();
		told.put("ID", id(service));
		told.put("Service", service.path("Name").asString());
		told.put("Tags", List.of());
		told.put("Address", service.path("Address").asString(""));
		told.put("Meta", service.path("Meta"));
		told.put("Port", service.path("Port").asInt(0));
		told.put("EnableTagOverride", false);
		return told;
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new Refusal(400, message);
		}
	}

	@SuppressWarnings("serial")
	private static final class Refusal extends RuntimeException {

		private final int status;

		Refusal(int status, String message) {
			super(message);
			this.status = status;
		}

	}

}
