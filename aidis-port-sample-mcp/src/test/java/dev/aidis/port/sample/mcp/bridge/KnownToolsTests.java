package dev.aidis.port.sample.mcp.bridge;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.sample.mcp.bridge.ReplayPolicy.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link KnownTools} and the {@link ReplayPolicy} that asks it.
 */
class KnownToolsTests {

	private final KnownTools tools = new KnownTools();

	@BeforeEach
	void learn() {
		learn(ScriptedServer.TOOLS);
	}

	private String learn(String result) {
		return this.tools.learn(bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "initialize", "ping", "tools/list", "resources/list", "resources/templates/list",
			"resources/read", "prompts/list", "prompts/get", "completion/complete", "logging/setLevel",
			"resources/subscribe", "resources/unsubscribe", "server/discover", "subscriptions/listen" })
	void whatOnlyReadsMayBeRepeated(String method) throws Exception {
		assertThat(judge(method, "{}")).isEqualTo(Verdict.SAFE);
	}

	@ParameterizedTest
	@CsvSource({ "read,SAFE", "set,SAFE", "pay,UNSAFE", "new,UNKNOWN_TOOL" })
	void aToolSaysItself(String tool, Verdict expected) throws Exception {
		assertThat(judge("tools/call", "{\"name\":\"" + tool + "\"}")).isEqualTo(expected);
	}

	@Test
	void whatNobodyKnowsMustNotBeRepeated() throws Exception {
		assertThat(judge("orders/send", "{}")).isEqualTo(Verdict.UNSAFE);
		assertThat(judge("tools/call", "{}")).isEqualTo(Verdict.UNSAFE);
	}

	@Test
	void aToolMayChangeItsMind() throws Exception {
		learn("{\"tools\":[{\"name\":\"read\",\"annotations\":{\"readOnlyHint\":false}}]}");
		assertThat(judge("tools/call", "{\"name\":\"read\"}")).isEqualTo(Verdict.UNSAFE);
		this.tools.clear();
		assertThat(judge("tools/call", "{\"name\":\"read\"}")).isEqualTo(Verdict.UNKNOWN_TOOL);
	}

	@Test
	void tellsWhereTheNextPageBegins() {
		assertThat(learn("{\"tools\":[],\"nextCursor\":\"2\"}")).isEqualTo("2");
		assertThat(learn("{\"tools\":[]}")).isNull();
		assertThat(this.tools.learn(bytes("{}"))).isNull();
		assertThat(learn("{\"tools\":5}")).isNull();
		assertThat(learn("{\"tools\":[5,null,{\"name\":7}]}")).isNull();
	}

	@Test
	void findsTheArgumentsThatGoIntoHeaders() {
		learn("""
				{"tools":[{"name":"query","inputSchema":{"type":"object","properties":{
				"region":{"type":"string","x-mcp-header":"Region"},
				"limit":{"type":"integer","x-mcp-header":"Limit"},
				"deep":{"type":"object","properties":{"flag":{"type":"boolean","x-mcp-header":"Flag"}}},
				"absent":{"type":"string","x-mcp-header":"Absent"},
				"nothing":{"type":"string","x-mcp-header":"Nothing"},
				"bad":{"type":"string","x-mcp-header":"Not a header"}}}}]}""");
		KnownTools.Tool tool = this.tools.find("query");
		assertThat(tool).isNotNull();
		assertThat(tool.headersOf(bytes("""
				{"params":{"arguments":{"region":"eu","limit":42,"deep":{"flag":true},"nothing":null,"bad":"x"}}}""")))
			.isEqualTo(Map.of("Mcp-Param-Region", "eu", "Mcp-Param-Limit", "42", "Mcp-Param-Flag", "true"));
	}

	private Verdict judge(String method, String params) throws InvalidMessageException {
		Message request = Message
			.parse(bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}"));
		return ReplayPolicy.judge(request, this.tools);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
