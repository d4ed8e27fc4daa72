package dev.aidis.port.test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/**
 * A service that calls another by name: what its users' tests are about.
 */
@EnableAutoConfiguration
class Orders {

	@Bean
	OrdersController ordersController(RestClient.Builder builder) {
		return new OrdersController(builder.baseUrl("aidis://payments").build());
	}

	@RestController
	record OrdersController(RestClient payments) {

		@GetMapping("/orders/{id}")
		String order(@PathVariable String id) {
			return "order " + id + " is " + this.payments.get().uri("/payments/{id}", id).retrieve().body(String.class);
		}

	}

}
