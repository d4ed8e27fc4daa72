package dev.aidis.port.test.shop;

import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

import dev.aidis.port.ServiceNotFoundException;

@Component
class PaymentsClient {

	private final RestClient restClient;

	PaymentsClient(RestClient.Builder builder) {
		this.restClient = builder.baseUrl("aidis://payments").build();
	}

	String status(long orderId) {
		try {
			return this.restClient.get().uri("/payments/{id}", orderId).retrieve().body(String.class);
		}
		catch (ServiceNotFoundException ex) {
			return "waiting for payments";
		}
	}

}
