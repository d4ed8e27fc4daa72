package dev.aidis.port.registry.file;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

class FileRegistryPropertiesTests {

	@Test
	void everySettingIsBound() {
		Map<String, String> settings = new HashMap<>();
		settings.put("file", "/x/y.json");
		settings.put("lock-timeout", "7s");
		settings.put("check-interval", "3s");
		settings.put("on-duplicate", "fail");
		settings.put("watch", "false");
		settings.put("shared", "true");
		settings.put("require-lock", "false");
		settings.put("sync", "true");
		MapConfigurationPropertySource source = new MapConfigurationPropertySource();
		settings.forEach((name, value) -> source.put("aidis.port.registry." + name, value));
		FileRegistryProperties bound = new Binder(source).bind("aidis.port.registry", FileRegistryProperties.class)
			.get();
		assertThat(bound.getFile()).isEqualTo("/x/y.json");
		assertThat(bound.getLockTimeout()).isEqualTo(Duration.ofSeconds(7));
		assertThat(bound.getCheckInterval()).isEqualTo(Duration.ofSeconds(3));
		assertThat(bound.getOnDuplicate()).isEqualTo(OnDuplicate.FAIL);
		assertThat(bound.isWatch()).isFalse();
		assertThat(bound.isShared()).isTrue();
		assertThat(bound.isRequireLock()).isFalse();
		assertThat(bound.isSync()).isTrue();
	}

	@Test
	void withoutSettingsTheRegistryIsPrivateLockedAndWatched() {
		FileRegistryProperties properties = new FileRegistryProperties();
		assertThat(properties.getFile()).isNull();
		assertThat(properties.getLockTimeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(properties.getCheckInterval()).isEqualTo(Duration.ofMillis(250));
		assertThat(properties.getOnDuplicate()).isEqualTo(OnDuplicate.REPLICATE);
		assertThat(properties.isWatch()).isTrue();
		assertThat(properties.isShared()).isFalse();
		assertThat(properties.isRequireLock()).isTrue();
		assertThat(properties.isSync()).isFalse();
	}

}
