package dev.aidis.port.assignment;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PortAssignmentProperties}, which are bound in two ways: one by one
 * before there are beans, and as a bean.
 */
class PortAssignmentPropertiesTests {

	@Test
	void bothWaysOfBindingAgreeWhereNothingIsSet() {
		assertBoundAlike(Map.of());
	}

	/**
	 * Every property is set to what is not its default, so that one that either way does
	 * not know fails.
	 */
	@Test
	void bothWaysOfBindingAgreeWhereEverythingIsSet() {
		PortAssignmentProperties properties = assertBoundAlike(
				Map.of("aidis.port.enabled", "false", "aidis.port.service-name", "orders", "aidis.port.strict", "true",
						"aidis.port.sticky", "true", "aidis.port.sticky-folder", "ports", "aidis.port.on-conflict",
						"dynamic", "aidis.port.dotenv.enabled", "false", "aidis.port.services.orders.default-port",
						"8090", "aidis.port.services.stock.range", "20000-20099"));
		for (Field field : PortAssignmentProperties.class.getDeclaredFields()) {
			if (!Modifier.isStatic(field.getModifiers())) {
				assertThat(properties).usingRecursiveComparison()
					.comparingOnlyFields(field.getName())
					.isNotEqualTo(new PortAssignmentProperties());
			}
		}
	}

	@Test
	void bothWaysOfBindingAgreeOnOtherSpellings() {
		assertBoundAlike(Map.of("aidis.port.serviceName", "orders", "aidis.port.onConflict", "FAIL",
				"aidis.port.stickyFolder", "${user.home}/ports", "aidis.port.services[a.b].defaultPort", "1"));
	}

	private static PortAssignmentProperties assertBoundAlike(Map<String, Object> settings) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
		PortAssignmentProperties early = PortAssignmentProperties.get(environment);
		PortAssignmentProperties bean = Binder.get(environment)
			.bindOrCreate(PortAssignmentProperties.PREFIX, Bindable.of(PortAssignmentProperties.class));
		assertThat(early).usingRecursiveComparison().isEqualTo(bean);
		return bean;
	}

}
