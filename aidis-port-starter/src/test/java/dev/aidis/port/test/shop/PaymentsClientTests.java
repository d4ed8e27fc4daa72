package dev.aidis.port.test.shop;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.web.client.RestClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.discovery.RegistryPortDiscovery;
import dev.aidis.port.discovery.ServiceRequestInterceptor;
import dev.aidis.port.test.InMemoryPortRegistry;

import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static org.assertj.core.api.Assertions.assertThat;

class PaymentsClientTests {

	@RegisterExtension
	static final WireMockExtension server = WireMockExtension.newInstance().build();

	private final InMemoryPortRegistry registry = new InMemoryPortRegistry();

	private final PortDiscovery discovery = new RegistryPortDiscovery(this.registry);

	private final PaymentsClient client = new PaymentsClient(
			RestClient.builder().requestInterceptor(new ServiceRequestInterceptor(this.discovery)));

	@Test
	void waitsWhenPaymentsHasCrashed() {
		server.stubFor(get("/payments/7").willReturn(ok("paid")));
		PortRegistration payments = this.registry.register("payments", server.getPort());
		assertThat(this.client.status(7)).isEqualTo("paid");
		this.registry.crash(payments.instanceId());
		assertThat(this.client.status(7)).isEqualTo("waiting for payments");
		assertThat(this.registry.staleRegistrations()).containsExactly(payments);
	}

}
