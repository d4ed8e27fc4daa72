package dev.aidis.port.test.shop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import dev.aidis.port.PortRegistry;
import dev.aidis.port.test.PortRegistryExtension;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(PortRegistryExtension.class)
class TwoApplicationsTests {

	@Test
	void ordersCallsPayments(PortRegistry registry) {
		String file = "--aidis.port.registry.file=" + registry.location();
		try (ConfigurableApplicationContext payments = SpringApplication.run(PaymentsApplication.class,
				"--spring.application.name=payments", "--server.port=0", file);
				ConfigurableApplicationContext orders = SpringApplication.run(OrdersApplication.class,
						"--spring.application.name=orders", "--server.port=0", file)) {
			assertThat(orders.getBean(PaymentsClient.class).status(7)).isEqualTo("paid");
		}
	}

}
