package dev.aidis.port.test.shop;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.client.RestClient;

import dev.aidis.port.test.RegisterService;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class OrdersTests {

	@RegisterExtension
	@RegisterService("payments")
	static final WireMockExtension payments = WireMockExtension.newInstance().build();

	@Test
	void orderIsPaid(@LocalServerPort int port) {
		payments.stubFor(get("/payments/7").willReturn(ok("paid")));
		RestClient client = RestClient.create("http://localhost:" + port);
		assertThat(client.get().uri("/orders/7").retrieve().body(String.class)).isEqualTo("order 7 is paid");
	}

}
