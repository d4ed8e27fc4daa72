package dev.aidis.port.test.shop;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

@EnableAutoConfiguration
class PaymentsApplication {

	@Bean
	RouterFunction<ServerResponse> payments() {
		return RouterFunctions.route().GET("/payments/{id}", (request) -> ServerResponse.ok().body("paid")).build();
	}

}
