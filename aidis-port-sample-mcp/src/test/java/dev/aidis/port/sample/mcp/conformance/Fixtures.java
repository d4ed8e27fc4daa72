package dev.aidis.port.sample.mcp.conformance;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.modelcontextprotocol.server.McpServerFeatures.SyncCompletionSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.AudioContent;
import io.modelcontextprotocol.spec.McpSchema.BlobResourceContents;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult;
import io.modelcontextprotocol.spec.McpSchema.CompleteResult.CompleteCompletion;
import io.modelcontextprotocol.spec.McpSchema.Content;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageRequest;
import io.modelcontextprotocol.spec.McpSchema.CreateMessageResult;
import io.modelcontextprotocol.spec.McpSchema.ElicitFormRequest;
import io.modelcontextprotocol.spec.McpSchema.ElicitResult;
import io.modelcontextprotocol.spec.McpSchema.EmbeddedResource;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.ImageContent;
import io.modelcontextprotocol.spec.McpSchema.LoggingLevel;
import io.modelcontextprotocol.spec.McpSchema.LoggingMessageNotification;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.PromptReference;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceContents;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.SamplingMessage;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The tools, prompts and resources that the conformance suite wants to find in a server,
 * so that it can try what the registry's own have no use for.
 */
@TestConfiguration(proxyBeanMethods = false)
class Fixtures {

	/**
	 * One red pixel.
	 */
	private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

	/**
	 * A sound of no samples.
	 */
	private static final String WAV = Base64.getEncoder()
		.encodeToString(("RIFF\44\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\100\37\0\0\100\37\0\0\1\0\10\0data\0\0\0\0")
			.getBytes(StandardCharsets.ISO_8859_1));

	private static final Map<String, Object> NO_ARGUMENTS = Map.of("type", "object", "properties", Map.of());

	@Bean
	List<SyncToolSpecification> fixtureTools() {
		return List.of(answering("test_simple_text", text("This is a simple text response for testing.")),
				answering("test_image_content", image()),
				answering("test_audio_content", AudioContent.builder(WAV, "audio/wav").build()),
				answering("test_embedded_resource",
						embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
				answering("test_multiple_content_types", text("Multiple content types test:"), image(),
						embedded("test://mixed-content-resource", "application/json",
								"{\"test\":\"data\",\"value\":123}")),
				tool("test_error_handling", NO_ARGUMENTS,
						(exchange, request) -> CallToolResult.builder()
							.addTextContent("This tool intentionally returns an error for testing")
							.isError(true)
							.build()),
				tool("test_tool_with_logging", NO_ARGUMENTS, Fixtures::log),
				tool("test_tool_with_progress", NO_ARGUMENTS, Fixtures::progress),
				tool("test_sampling", strings("prompt"), Fixtures::sample),
				tool("test_elicitation", strings("message"),
						(exchange, request) -> elicit(exchange, (String) request.arguments().get("message"),
								strings("username", "email"))),
				tool("test_elicitation_sep1034_defaults", NO_ARGUMENTS,
						(exchange, request) -> elicit(exchange, "Check the defaults", object(defaults()))),
				tool("test_elicitation_sep1330_enums", NO_ARGUMENTS,
						(exchange, request) -> elicit(exchange, "Choose", object(enums()))),
				tool("json_schema_2020_12_tool", schema202012(),
						(exchange, request) -> CallToolResult.builder().addTextContent("done").build()));
	}

	private static SyncToolSpecification answering(String name, Content... content) {
		return tool(name, NO_ARGUMENTS,
				(exchange, request) -> CallToolResult.builder().content(List.of(content)).build());
	}

	private static SyncToolSpecification tool(String name, Map<String, Object> schema,
			BiFunction<McpSyncServerExchange, CallToolRequest, CallToolResult> handler) {
		return SyncToolSpecification.builder()
			.tool(Tool.builder(name, schema).description("Fixture " + name).build())
			.callHandler(handler)
			.build();
	}

	private static CallToolResult log(McpSyncServerExchange exchange, CallToolRequest request) {
		for (String message : List.of("Tool execution started", "Tool processing data", "Tool execution completed")) {
			exchange.loggingNotification(LoggingMessageNotification.builder(LoggingLevel.INFO, message).build());
		}
		return CallToolResult.builder().addTextContent("Logged").build();
	}

	private static CallToolResult progress(McpSyncServerExchange exchange, CallToolRequest request) {
		Object token = request.progressToken();
		if (token != null) {
			for (int progress : List.of(0, 50, 100)) {
				exchange.progressNotification(ProgressNotification.builder(token, progress).total(100.0).build());
			}
		}
		return CallToolResult.builder().addTextContent("Progressed").build();
	}

	private static CallToolResult sample(McpSyncServerExchange exchange, CallToolRequest request) {
		CreateMessageResult result = exchange.createMessage(CreateMessageRequest
			.builder(List.of(new SamplingMessage(Role.USER, text((String) request.arguments().get("prompt")))), 100)
			.build());
		return CallToolResult.builder()
			.addTextContent("LLM response: " + ((TextContent) result.content()).text())
			.build();
	}

	private static CallToolResult elicit(McpSyncServerExchange exchange, String message, Map<String, Object> schema) {
		ElicitResult result = exchange.createElicitation(ElicitFormRequest.builder(message, schema).build());
		return CallToolResult.builder()
			.addTextContent("User response: action=" + result.action() + ", content=" + result.content())
			.build();
	}

	private static Map<String, Object> strings(String... names) {
		return Map.of("type", "object", "properties",
				Arrays.stream(names).collect(Collectors.toMap(Function.identity(), (name) -> Map.of("type", "string"))),
				"required", List.of(names));
	}

	private static Map<String, Object> object(Map<String, Object> properties) {
		return Map.of("type", "object", "properties", properties);
	}

	private static Map<String, Object> defaults() {
		return Map.of("name", Map.of("type", "string", "default", "John Doe"), "age",
				Map.of("type", "integer", "default", 30), "score", Map.of("type", "number", "default", 95.5), "status",
				Map.of("type", "string", "enum", List.of("active", "inactive", "pending"), "default", "active"),
				"verified", Map.of("type", "boolean", "default", true));
	}

	private static Map<String, Object> enums() {
		List<String> options = List.of("option1", "option2", "option3");
		List<Map<String, String>> titled = List.of(Map.of("const", "value1", "title", "First Option"),
				Map.of("const", "value2", "title", "Second Option"),
				Map.of("const", "value3", "title", "Third Option"));
		return Map.of("untitledSingle", Map.of("type", "string", "enum", options), "titledSingle",
				Map.of("type", "string", "oneOf", titled), "legacyEnum",
				Map.of("type", "string", "enum", List.of("opt1", "opt2", "opt3"), "enumNames",
						List.of("Option One", "Option Two", "Option Three")),
				"untitledMulti", Map.of("type", "array", "items", Map.of("type", "string", "enum", options)),
				"titledMulti", Map.of("type", "array", "items", Map.of("anyOf", titled)));
	}

	private static Map<String, Object> schema202012() {
		return Map.of("$schema", "https://json-schema.org/draft/2020-12/schema", "type", "object", "$defs",
				Map.of("address", strings("street", "city")), "properties",
				Map.of("name", Map.of("type", "string"), "address", Map.of("$ref", "#/$defs/address")),
				"additionalProperties", false);
	}

	@Bean
	List<SyncPromptSpecification> fixturePrompts() {
		return List.of(
				prompt("test_simple_prompt", List.of(),
						(arguments) -> List.of(text("This is a simple prompt for testing."))),
				prompt("test_prompt_with_arguments", List.of("arg1", "arg2"),
						(arguments) -> List.of(text("Prompt with arguments: arg1='" + arguments.get("arg1")
								+ "', arg2='" + arguments.get("arg2") + "'"))),
				prompt("test_prompt_with_embedded_resource", List.of("resourceUri"),
						(arguments) -> List.of(
								embedded((String) arguments.get("resourceUri"), "text/plain",
										"Embedded resource content for testing."),
								text("Please process the embedded resource above."))),
				prompt("test_prompt_with_image", List.of(),
						(arguments) -> List.of(image(), text("Please analyze the image above."))));
	}

	private static SyncPromptSpecification prompt(String name, List<String> arguments,
			Function<Map<String, Object>, List<Content>> content) {
		Prompt prompt = Prompt.builder(name)
			.description("Fixture " + name)
			.arguments(arguments.stream()
				.map((argument) -> PromptArgument.builder(argument).description("Any text").required(true).build())
				.toList())
			.build();
		return new SyncPromptSpecification(prompt,
				(exchange, request) -> GetPromptResult
					.builder(content.apply((request.arguments() != null) ? request.arguments() : Map.of())
						.stream()
						.map((part) -> new PromptMessage(Role.USER, part))
						.toList())
					.description(prompt.description())
					.build());
	}

	@Bean
	List<SyncCompletionSpecification> fixtureCompletions() {
		return List.of(new SyncCompletionSpecification(PromptReference.builder("test_prompt_with_arguments").build(),
				(exchange, request) -> new CompleteResult(
						new CompleteCompletion(List.of(request.argument().value() + "ing"), 1, false))));
	}

	@Bean
	List<SyncResourceSpecification> fixtureResources() {
		return List.of(
				resource("test://static-text",
						contents("test://static-text", "text/plain",
								"This is the content of the static text resource.")),
				resource("test://static-binary",
						BlobResourceContents.builder("test://static-binary", PNG).mimeType("image/png").build()),
				resource("test://watched-resource", contents("test://watched-resource", "text/plain", "Watched")));
	}

	private static SyncResourceSpecification resource(String uri, ResourceContents contents) {
		Resource resource = Resource.builder(uri, uri).description("Fixture " + uri).build();
		return new SyncResourceSpecification(resource,
				(exchange, request) -> ReadResourceResult.builder(List.of(contents)).build());
	}

	@Bean
	List<SyncResourceTemplateSpecification> fixtureTemplates() {
		ResourceTemplate template = ResourceTemplate.builder("test://template/{id}/data", "template")
			.description("Fixture template")
			.mimeType("application/json")
			.build();
		return List.of(new SyncResourceTemplateSpecification(template, (exchange, request) -> {
			String id = request.uri().split("/")[3];
			return ReadResourceResult.builder(List.of(contents(request.uri(), "application/json",
					"{\"id\":\"" + id + "\",\"templateTest\":true,\"data\":\"Data for ID: " + id + "\"}")))
				.build();
		}));
	}

	private static TextContent text(String text) {
		return TextContent.builder(text).build();
	}

	private static ImageContent image() {
		return ImageContent.builder(PNG, "image/png").build();
	}

	private static EmbeddedResource embedded(String uri, String type, String text) {
		return EmbeddedResource.builder(contents(uri, type, text)).build();
	}

	private static TextResourceContents contents(String uri, String type, String text) {
		return TextResourceContents.builder(uri, text).mimeType(type).build();
	}

}
