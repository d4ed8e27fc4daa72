package dev.aidis.port.sample.command.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistry;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the export makes of a registry. Whether the programs take it, {@code ExportIT}
 * tells.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@AutoConfigureRestTestClient
class ExportTests {

	private static final String ESCAPE = "\\u001b[31m";

	@Autowired
	private RestTestClient client;

	@Autowired
	private PortRegistry registry;

	@AfterEach
	void removeServices() {
		this.registry.registrations()
			.stream()
			.filter((registration) -> !registration.serviceName().equals("aidis-command-dev"))
			.forEach((registration) -> this.registry.deregister(registration.instanceId()));
	}

	@ParameterizedTest
	@EnumSource
	void everyLiveInstanceIsThereUnderAStableName(ExportFormat format) {
		register("orders", 41873);
		register("orders", 41874);
		register("my.shop", 41875);
		String export = export(format);
		assertThat(export).contains("orders.localhost", "my.shop.localhost", "aidis-command-dev.localhost")
			.contains("localhost:41873", "localhost:41874", "localhost:41875")
			.contains("8088")
			.doesNotContain("Left out");
	}

	@ParameterizedTest
	@EnumSource
	void twoExportsOfTheSameServicesAreEqual(ExportFormat format) {
		register("b", 41874);
		register("a", 41873);
		register("b", 41872);
		String export = export(format);
		assertThat(export.indexOf("41872")).isLessThan(export.indexOf("41874"));
		assertThat(export(format)).isEqualTo(export);
	}

	@ParameterizedTest
	@EnumSource
	void whatCannotBeRoutedIsLeftOutWithTheReason(ExportFormat format) {
		register("under_score", 41873);
		this.registry.register(PortRegistration.builder("orders-db", 41874).scheme("tcp").status(Status.UP).build());
		this.registry.register(PortRegistration.builder("slow", 41875).build());
		assertThat(export(format)).contains("# Left out: under_score: its name is no host name\n")
			.contains("# Left out: orders-db at localhost:41874: it speaks no HTTP but tcp\n")
			.contains("# Left out: slow at localhost:41875: it is still starting\n")
			.doesNotContain("under_score.localhost", "orders-db.localhost", "slow.localhost");
	}

	@ParameterizedTest
	@EnumSource
	void instancesThatSpeakSomethingElseThanTheFirstAreLeftOut(ExportFormat format) {
		this.registry.register(PortRegistration.builder("orders", 41873).scheme("https").status(Status.UP).build());
		register("orders", 41874);
		assertThat(export(format)).contains("localhost:41873")
			.contains("# Left out: orders at localhost:41874: it speaks http? and another instance https\n");
	}

	@ParameterizedTest
	@EnumSource
	void nothingThatOthersWroteIsTakenForConfiguration(ExportFormat format) throws IOException {
		Path file = Path.of(this.registry.location());
		String before = Files.readString(file);
		String own = before.substring(before.indexOf('{') + 1);
		try {
			Files.writeString(file,
					"{" + foreign("evil\\n} reload {", "localhost") + foreign("{{ env \\\"HOME\\\" }}", "localhost")
							+ foreign("{$HOME}", "localhost") + foreign("a`) || Host(`b", "localhost")
							+ foreign("x\\\"; return 200; #", "localhost") + foreign(ESCAPE, "localhost")
							+ foreign("ünïcode", "localhost") + own);
			String export = export(format);
			assertThat(export.chars()).allMatch((c) -> c == '\n' || c == '\t' || (c >= ' ' && c <= '~'));
			String rendered = format.render(Routes.of(this.registry.registrations("aidis-command-dev")), 8088);
			assertThat(export.lines().filter((line) -> !line.startsWith("# Left out: ")))
				.as("all but comments is as if they were not there")
				.containsExactlyElementsOf(rendered.lines().toList());
			assertThat(export.lines().filter((line) -> line.startsWith("# Left out: "))).hasSize(7)
				.allMatch((line) -> line.matches("[A-Za-z0-9 .:_?#-]*"));
		}
		finally {
			Files.writeString(file, before);
		}
	}

	private static String foreign(String name, String host) {
		return "\"" + name + "\": { \"port\": 41873, \"pid\": " + ProcessHandle.current().pid() + ", \"host\": \""
				+ host + "\" },\n";
	}

	@Test
	void theTraefikFileHasTheStructureOfItsFileProvider() {
		register("orders", 41873);
		this.registry.register(PortRegistration.builder("pay", 41874).scheme("https").status(Status.UP).build());
		Map<String, Map<String, Map<String, Map<String, Object>>>> file = new Yaml(
				new SafeConstructor(new LoaderOptions()))
			.load(export(ExportFormat.TRAEFIK));
		Map<String, Map<String, Map<String, Object>>> http = file.get("http");
		assertThat(file).containsOnlyKeys("http");
		assertThat(http).containsOnlyKeys("routers", "services", "serversTransports");
		assertThat(http.get("routers").get("aidis-orders")).isEqualTo(
				Map.of("entryPoints", List.of("aidis"), "rule", "Host(`orders.localhost`)", "service", "aidis-orders"));
		assertThat(http.get("services").get("aidis-orders"))
			.isEqualTo(Map.of("loadBalancer", Map.of("servers", List.of(Map.of("url", "http://localhost:41873")))));
		assertThat(http.get("services").get("aidis-pay")).isEqualTo(Map.of("loadBalancer",
				Map.of("serversTransport", "aidis", "servers", List.of(Map.of("url", "https://localhost:41874")))));
		assertThat(http.get("serversTransports")).isEqualTo(Map.of("aidis", Map.of("insecureSkipVerify", true)));
		assertThat(ExportFormat.TRAEFIK.render(new Routes(List.of(), List.of()), 8088).lines())
			.allMatch((line) -> line.startsWith("#"));
	}

	@Test
	void anUnknownFormatIsAProblemThatListsThoseThereAre() {
		this.client.get()
			.uri("/api/export/apache")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("There is no export for 'apache'; there is one for each of traefik, caddy, nginx, haproxy")
			.jsonPath("$.formats[1]")
			.isEqualTo("caddy");
	}

	@ParameterizedTest
	@ValueSource(strings = { "0", "65536", "-1", "abc", "80;reload", "999999999999" })
	void aPortThatIsNoneIsAProblem(String port) {
		this.client.get()
			.uri("/api/export/nginx?port={port}", port)
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.value(String.class, (detail) -> assertThat(detail).contains("1 to 65535"));
	}

	@Test
	void aPortThatAServiceHasIsAProblem() {
		register("orders", 41873);
		this.client.get()
			.uri("/api/export/nginx?port=41873")
			.exchange()
			.expectStatus()
			.isEqualTo(409)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("Port 41873 is that of service 'orders'; choose another one with ?port=");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LOCALHOST", "127.0.0.1", "::1", "[::1]", "db.example.org", "fe80::1" })
	void hostsMayBeNamesAndAddresses(String host) {
		assertThat(Backend.of(host, 41873)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a;b", "a/b", "a_b", "-a", "a-", "a..b", "[::1", "::1]x", "fe80::1%eth0",
			"{$A}", "a\nb", "user@host", "host:80", "ü" })
	void whatIsNoHostIsNone(String host) {
		assertThat(Backend.of(host, 41873)).isNull();
	}

	private void register(String service, int port) {
		this.registry.register(PortRegistration.builder(service, port).status(Status.UP).build());
	}

	private String export(ExportFormat format) {
		return this.client.get()
			.uri("/api/export/" + format.name().toLowerCase(Locale.ROOT))
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_PLAIN)
			.expectBody(String.class)
			.returnResult()
			.getResponseBody();
	}

}
