package dev.aidis.port.test.shop;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@SpringBootApplication
class OrdersApplication {

	@RestController
	static class OrdersController {

		private final PaymentsClient payments;

		OrdersController(PaymentsClient payments) {
			this.payments = payments;
		}

		@GetMapping("/orders/{id}")
		String order(@PathVariable long id) {
			return "order " + id + " is " + this.payments.status(id);
		}

	}

}
