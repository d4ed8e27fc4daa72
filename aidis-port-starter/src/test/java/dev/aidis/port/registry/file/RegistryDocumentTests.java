package dev.aidis.port.registry.file;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class RegistryDocumentTests {

	private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void entriesAreThoseOfTheValuesWhateverWasChanged(long seed) {
		Random random = new Random(seed);
		RegistryDocument document = new RegistryDocument();
		for (int change = 0; change < 500; change++) {
			RegistryDocument before = document.copy();
			List<RegistryEntry> entriesBefore = List.copyOf(before.entries());
			change(document, random);
			assertThat(document.entries()).as("change " + change)
				.isEqualTo(new RegistryDocument(new LinkedHashMap<>(document.values())).entries());
			assertThat(before.entries()).isEqualTo(entriesBefore);
		}
	}

	private static void change(RegistryDocument document, Random random) {
		String name = "service-" + random.nextInt(6);
		switch (random.nextInt(6)) {
			case 0, 1 -> document.add(name, entry(name, random));
			case 2 -> document.put(name, entry(name, random));
			case 3 -> document.put(name, NODES.stringNode("no entry"));
			case 4 -> document.removeIf((entry) -> random.nextInt(4) == 0);
			default -> document.demote(name, (entry) -> true);
		}
	}

	private static ObjectNode entry(String name, Random random) {
		return NODES.objectNode().put("serviceName", name).put("port", 1 + random.nextInt(65535));
	}

	@Test
	void entryThatIsNotChangedStaysTheSame() {
		RegistryDocument document = new RegistryDocument();
		document.add("orders", NODES.objectNode().put("port", 41001));
		document.add("stock", NODES.objectNode().put("port", 41002));
		RegistryEntry orders = document.entries().get(0);
		document.put("stock", NODES.objectNode().put("port", 41003));
		document.add("stock", NODES.objectNode().put("port", 41004));
		document.removeIf((entry) -> entry.key().equals("stock#2"));
		assertThat(document.entries().get(0)).isSameAs(orders);
		assertThat(document.entries()).extracting(RegistryEntry::key).containsExactly("orders", "stock");
	}

}
