package dev.aidis.port;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ServiceNotFoundException}.
 */
class ServiceNotFoundExceptionTests {

	@Test
	void messageListsWhatIsRegistered() {
		assertThat(exception("order", "orders", "stock"))
			.hasMessage("No live service named 'order' in a file; registered: orders, stock");
		assertThat(exception("order")).hasMessage("No live service named 'order' in a file; registered: none");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u001B[2J", "\u009B31m", "\u202E", "\u2028", "\u2029", "\n", "\r" })
	void foreignNamesStandEscapedInTheMessageAndAsTheyAreInTheProperties(String evil) {
		ServiceNotFoundException exception = exception("order" + evil, "orders" + evil);
		assertThat(exception.getMessage()).doesNotContain(evil.substring(0, 1))
			.contains("'order\\u", "registered: orders\\u");
		assertThat(exception.getServiceName()).isEqualTo("order" + evil);
		assertThat(exception.getRegisteredServices()).containsExactly("orders" + evil);
	}

	private static ServiceNotFoundException exception(String name, String... registered) {
		return new ServiceNotFoundException(name, List.of(registered), "a file");
	}

}
