package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.aidis.port.Printable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ServiceName}.
 */
class ServiceNameTests {

	private final TestEnvironment environment = TestEnvironment.create();

	private final List<String> warnings = new ArrayList<>();

	@ParameterizedTest
	@CsvSource({ "aidis-mcp,AIDIS_MCP_PORT", "aidis-mcp-bridge,AIDIS_MCP_BRIDGE_PORT",
			"aidis-command-dev,AIDIS_COMMAND_DEV_PORT", "orders,AIDIS_ORDERS_PORT",
			"my-shop.orders,AIDIS_MY_SHOP_ORDERS_PORT", "my_shop,AIDIS_MY_SHOP_PORT", "aidis,AIDIS_AIDIS_PORT",
			"not-aidis-mcp,AIDIS_NOT_AIDIS_MCP_PORT", "aidis-aidis-mcp,AIDIS_AIDIS_MCP_PORT", "2fa,AIDIS_2FA_PORT" })
	void environmentVariableIsTheNameWithoutItsLeadingAidis(String name, String variable) {
		assertThat(new ServiceName(name).environmentVariable()).isEqualTo(variable);
	}

	@ParameterizedTest
	@CsvSource({ "aidis-mcp,aidis.mcp.port", "orders,aidis.orders.port", "my-shop.orders,aidis.my-shop.orders.port",
			"my_shop,aidis.my-shop.port" })
	void propertyIsTheNameWithoutItsLeadingAidis(String name, String property) {
		assertThat(new ServiceName(name).property()).hasToString(property);
	}

	@ParameterizedTest
	@ValueSource(strings = { "aidis-", "a-", "a.", "a..b", "a.-b", "a-.b", "a__b", "a-_-b", "2.2", "aidis-.x",
			"aidis-_", "aidis-." })
	void everyValidNameHasAVariableAndAProperty(String name) {
		this.environment.configuration("aidis.port.service-name", name);
		ServiceName found = find();
		assertThat(found.value()).isEqualTo(name);
		assertThat(found.environmentVariable()).matches("AIDIS_[A-Z0-9_]+_PORT");
		assertThat(found.property().toString()).startsWith("aidis.").endsWith(".port");
	}

	@Test
	void explicitNameBeatsTheNameOfTheApplication() {
		this.environment.configuration("aidis.port.service-name", "orders")
			.configuration("spring.application.name", "Something Else");
		assertThat(find().value()).isEqualTo("orders");
		assertThat(this.warnings).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "o", "orders", "orders-2", "a.b_c-d", "2fa",
			"a123456789012345678901234567890123456789012345678901234567890123" })
	void explicitValidNameIsTaken(String name) {
		this.environment.configuration("aidis.port.service-name", name);
		assertThat(find().value()).isEqualTo(name);
		assertThat(this.warnings).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "Orders", "my orders", " orders", "orders ", "orders\n", "a/b", "../etc", "-a",
			".a", "_a", "b\u00FCro", "a#2", "a\"b", "a\u0000b", "\u0661",
			"a1234567890123456789012345678901234567890123456789012345678901234" })
	void explicitInvalidNameFailsWithSettingValueAndWayOut(String name) {
		this.environment.configuration("aidis.port.service-name", name);
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::find).satisfies((ex) -> {
			assertThat(ex.getSetting()).isEqualTo("aidis.port.service-name");
			assertThat(ex.getValue()).isEqualTo(Printable.of(name));
			assertThat(ex.getReason()).contains("lower-case letters, digits, '.', '_' and '-'").contains("64");
			assertThat(ex.getAction()).contains("Set aidis.port.service-name").contains("'orders'");
			assertThat(ex).hasMessageContaining("aidis.port.service-name='" + Printable.of(name) + "'");
		});
	}

	@Test
	void explicitInvalidNameIsCutInTheMessage() {
		this.environment.configuration("aidis.port.service-name", "x".repeat(300));
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::find)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("x".repeat(100) + "…")
				.doesNotContain("x".repeat(101)));
	}

	@ParameterizedTest
	@CsvSource({ "orders,orders", "my-orders,my-orders", "Orders,orders", "OrderService,orderservice" })
	void validNameOfTheApplicationIsTakenInLowerCaseWithoutAWarning(String applicationName, String name) {
		this.environment.configuration("spring.application.name", applicationName);
		assertThat(find().value()).isEqualTo(name);
		assertThat(this.warnings).isEmpty();
	}

	@Test
	void nameOfTheApplicationIsLowerCasedByTheRulesOfNoLanguage() {
		this.environment.configuration("spring.application.name", "\u212Aelvin");
		assertThat(find().value()).isEqualTo("kelvin");
	}

	@ParameterizedTest
	@CsvSource(ignoreLeadingAndTrailingWhitespace = false,
			value = { "My Order Service,my-order-service", "shop/orders,shop-orders", "/shop/orders/,shop-orders",
					"../../etc/passwd,etc-passwd", "a  //  b,a-b", " orders ,orders", "B\u00FCro,b-ro",
					"orders\u0000\u001B[31m,orders-31m", "_orders,orders", "orders#2,orders-2" })
	void otherNameOfTheApplicationIsMadeToFitWithOneWarning(String applicationName, String name) {
		assertMadeToFit(applicationName, name);
	}

	@Test
	void nameOfTheApplicationCannotForgeALogLine() {
		assertMadeToFit("orders\r\n2026-11-23 WARN forged", "orders-2026-11-23-warn-forged");
	}

	private void assertMadeToFit(String applicationName, String name) {
		this.environment.configuration("spring.application.name", applicationName);
		assertThat(find().value()).isEqualTo(name);
		assertThat(this.warnings).singleElement()
			.asString()
			.contains("spring.application.name '" + Printable.of(applicationName) + "'")
			.contains("registers as '" + name + "'")
			.contains("Set aidis.port.service-name")
			.doesNotContainPattern("\\p{Cntrl}");
	}

	@Test
	void nameOfTheApplicationWith300LettersIsCutWithOneWarning() {
		this.environment.configuration("spring.application.name", "x".repeat(300));
		assertThat(find().value()).isEqualTo("x".repeat(64));
		assertThat(this.warnings).singleElement()
			.asString()
			.contains("x".repeat(100) + "…")
			.contains("registers as '" + "x".repeat(64) + "'")
			.doesNotContain("x".repeat(101));
	}

	@Test
	void derivedNameIsValidWhereverItIsCut() {
		for (int length = 1; length < 70; length++) {
			this.environment.configuration("spring.application.name", "x".repeat(length) + " y");
			String derived = find().value();
			TestEnvironment explicit = TestEnvironment.create().configuration("aidis.port.service-name", derived);
			assertThat(ServiceName.of(explicit, explicit.properties(), this.warnings::add).value()).isEqualTo(derived);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "///", "...", "\u6E2F\u53E3", "\u0000", "- -" })
	void nameOfTheApplicationOfWhichNothingIsLeftIsApplicationWithOneWarning(String applicationName) {
		this.environment.configuration("spring.application.name", applicationName);
		assertThat(find().value()).isEqualTo("application");
		assertThat(this.warnings).singleElement()
			.asString()
			.contains("'" + Printable.of(applicationName) + "'")
			.contains("Set aidis.port.service-name");
	}

	@ParameterizedTest
	@ValueSource(strings = { "///", "...", "\u6E2F\u53E3", "\u0000", "- -" })
	void nameOfTheApplicationOfWhichNothingIsLeftFailsWhereStrict(String applicationName) {
		this.environment.configuration("spring.application.name", applicationName)
			.configuration("aidis.port.strict", "true");
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::find).satisfies((ex) -> {
			assertThat(ex.getSetting()).isEqualTo("spring.application.name");
			assertThat(ex.getValue()).isEqualTo(Printable.of(applicationName));
			assertThat(ex.getAction()).contains("Set aidis.port.service-name");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void emptyNameOfTheApplicationIsApplicationWithOneWarning(String applicationName) {
		this.environment.configuration("spring.application.name", applicationName);
		assertUnnamed();
	}

	@Test
	void missingNameIsApplicationWithOneWarning() {
		assertUnnamed();
	}

	private void assertUnnamed() {
		assertThat(find().value()).isEqualTo("application");
		assertThat(this.warnings).singleElement()
			.asString()
			.contains("has no name")
			.contains("'application'")
			.contains("Set spring.application.name");
	}

	@Test
	void strictFailsInsteadOfMakingANameFit() {
		this.environment.configuration("aidis.port.strict", "true")
			.configuration("spring.application.name", "my orders");
		assertThatExceptionOfType(InvalidPortSettingException.class).isThrownBy(this::find).satisfies((ex) -> {
			assertThat(ex.getSetting()).isEqualTo("spring.application.name");
			assertThat(ex.getValue()).isEqualTo("my orders");
		});
		assertThat(this.warnings).isEmpty();
	}

	@Test
	void strictTakesAValidName() {
		this.environment.configuration("aidis.port.strict", "true").configuration("spring.application.name", "Orders");
		assertThat(find().value()).isEqualTo("orders");
		assertThat(this.warnings).isEmpty();
	}

	private ServiceName find() {
		return ServiceName.of(this.environment, this.environment.properties(), this.warnings::add);
	}

}
