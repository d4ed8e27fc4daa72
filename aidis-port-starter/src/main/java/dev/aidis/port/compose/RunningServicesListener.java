package dev.aidis.port.compose;

import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.SmartApplicationListener;
import org.springframework.util.ClassUtils;

/**
 * Keeps what Spring Boot's Docker Compose support found, where it is there, as a bean.
 * The event comes before there are beans that could listen.
 */
class RunningServicesListener implements SmartApplicationListener {

	private static final boolean PRESENT = ClassUtils.isPresent(
			"org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent",
			RunningServicesListener.class.getClassLoader());

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> eventType) {
		return PRESENT && DockerComposeServicesReadyEvent.class.isAssignableFrom(eventType);
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		DockerComposeServicesReadyEvent ready = (DockerComposeServicesReadyEvent) event;
		ConfigurableApplicationContext context = (ConfigurableApplicationContext) ready.getSource();
		context.getBeanFactory()
			.registerSingleton("runningServicesContainerSource", RunningServices.source(ready.getRunningServices()));
	}

}
