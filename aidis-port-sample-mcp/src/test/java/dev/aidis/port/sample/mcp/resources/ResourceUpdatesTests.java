package dev.aidis.port.sample.mcp.resources;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.SubscribeRequest;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.sample.mcp.McpHttp;
import dev.aidis.port.sample.mcp.McpTestClient;
import dev.aidis.port.test.AidisPortTest;
import dev.aidis.port.test.TestPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.never;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RegistryResources} and {@link ResourceUpdates}.
 */
@AidisPortTest
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class ResourceUpdatesTests {

	@LocalServerPort
	private int port;

	@Autowired
	private TestPortRegistry registry;

	@Autowired
	private RegistryResources resources;

	private final Set<String> updated = ConcurrentHashMap.newKeySet();

	private final List<List<String>> lists = new CopyOnWriteArrayList<>();

	private McpSyncClient client;

	@BeforeEach
	void connect() {
		this.client = McpTestClient.builder(this.port)
			.resourcesChangeConsumer((resources) -> this.lists.add(uris(resources)))
			.resourcesUpdateConsumer((contents) -> contents.forEach((content) -> this.updated.add(content.uri())))
			.build();
		this.client.initialize();
	}

	@AfterEach
	void disconnect() {
		this.client.closeGracefully();
	}

	@Test
	void listsTheRegistryAndEachService() {
		await().atMost(McpTestClient.TIMEOUT)
			.untilAsserted(() -> assertThat(uris(this.client.listResources().resources()))
				.containsExactlyInAnyOrder("aidis://registry", "aidis://registry/aidis-mcp"));
		assertThat(this.client.listResourceTemplates().resourceTemplates()).extracting(ResourceTemplate::uriTemplate)
			.containsExactly("aidis://registry/{service}");
	}

	@Test
	void readsWhatIsRegistered() {
		this.registry.register("orders", 4711);
		assertThat(read("aidis://registry").get("services")).hasSize(2);
		JsonNode orders = read("aidis://registry/orders").get("services");
		assertThat(orders).hasSize(1);
		assertThat(orders.at("/0/url").stringValue()).isEqualTo("http://localhost:4711");
	}

	@Test
	void tellsWhenServicesComeAndGo() {
		awaitStream();
		this.lists.clear();
		PortRegistration payments = this.registry.register("payments", 4711);
		await().atMost(McpTestClient.TIMEOUT)
			.untilAsserted(() -> assertThat(this.lists)
				.anySatisfy((list) -> assertThat(list).contains("aidis://registry/payments")));
		this.lists.clear();
		this.registry.deregister(payments);
		await().atMost(McpTestClient.TIMEOUT)
			.untilAsserted(() -> assertThat(this.lists)
				.anySatisfy((list) -> assertThat(list).doesNotContain("aidis://registry/payments")));
	}

	@Test
	void tellsSubscribersOfChanges() {
		this.client.subscribeResource(SubscribeRequest.builder("aidis://registry").build());
		this.client.subscribeResource(SubscribeRequest.builder("aidis://registry/stock").build());
		awaitStream();
		this.updated.clear();
		PortRegistration stock = this.registry.register("stock", 4711);
		await().atMost(McpTestClient.TIMEOUT)
			.untilAsserted(() -> assertThat(this.updated).contains("aidis://registry", "aidis://registry/stock"));
		this.updated.clear();
		this.registry.register(stock.with((builder) -> builder.port(4712)));
		await().atMost(McpTestClient.TIMEOUT).until(() -> this.updated.contains("aidis://registry/stock"));
	}

	@Test
	void tellsAClientThatWantsToResumeItsStream() throws IOException {
		McpHttp raw = McpHttp.at(this.port).initialize();
		try (InputStream earlier = raw.listen((request) -> {
		}).body();
				InputStream stream = raw.listen((request) -> request.header("Last-Event-ID", "17")).body();
				BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
			assertThat(earlier.read()).isEqualTo(-1);
			this.registry.register("invoices", 4711);
			assertThat(lines.lines().filter((line) -> line.startsWith("data:")).findFirst())
				.hasValueSatisfying((line) -> assertThat(line).contains("notifications/resources/list_changed"));
		}
	}

	/**
	 * The list that a client gets to know after that is right already.
	 */
	@Test
	void saysNothingOfServicesThatWereThereBeforeTheClientCame() throws IOException {
		this.client.closeGracefully();
		this.registry.register("first", 4711);
		this.registry.register("second", 4712);
		McpHttp raw = McpHttp.at(this.port).initialize();
		raw.post(McpHttp.request(1, "resources/subscribe", "{\"uri\":\"aidis://registry/third\"}"));
		try (InputStream stream = raw.listen((request) -> {
		}).body(); BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
			this.registry.register("third", 4713);
			assertThat(lines.lines()
				.filter((line) -> line.startsWith("data:"))
				.takeWhile((line) -> !line.contains("notifications/resources/updated"))).singleElement()
				.asString()
				.contains("notifications/resources/list_changed");
		}
	}

	/**
	 * Nobody would be told of a change, and the list is right all the same.
	 */
	@Test
	void watchesTheRegistryOnlyWhileSomebodyListens() {
		PortRegistry watched = mock();
		PortRegistry.Watch watch = mock();
		given(watched.watch(any())).willReturn(watch);
		ResourceUpdates updates = new ResourceUpdates(mock(McpSyncServer.class), watched, this.resources);
		updates.listing();
		then(watched).should(never()).watch(any());
		updates.listened();
		then(watched).should().watch(any());
		then(watch).should(never()).close();
		updates.unlistened();
		then(watch).should().close();
	}

	/**
	 * The client opens its stream some time after it is initialized; notifications reach
	 * it then.
	 */
	private void awaitStream() {
		await().atMost(McpTestClient.TIMEOUT).until(() -> {
			this.registry.deregister(this.registry.register("probe", 4710));
			return !this.lists.isEmpty();
		});
	}

	private static List<String> uris(List<Resource> resources) {
		return resources.stream().map(Resource::uri).toList();
	}

	private JsonNode read(String uri) {
		TextResourceContents contents = (TextResourceContents) this.client
			.readResource(ReadResourceRequest.builder(uri).build())
			.contents()
			.get(0);
		assertThat(contents.mimeType()).isEqualTo("application/json");
		return JsonMapper.shared().readTree(contents.text());
	}

}
