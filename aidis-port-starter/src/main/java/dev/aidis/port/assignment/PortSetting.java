package dev.aidis.port.assignment;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

import dev.aidis.port.Printable;

/**
 * A port setting that was found in a property source.
 *
 * @param name the name as it stands there
 * @param value the text, placeholders resolved
 * @param written the text as it stands there
 * @param source where it was found
 * @param origin its exact place, if known
 */
record PortSetting(String name, String value, String written, PropertySource<?> source, @Nullable Origin origin) {

	/**
	 * Return what people may see of the value. If it is no port, a placeholder may have
	 * been resolved to anything, also a secret.
	 */
	String shown() {
		return PortValue.parse(this.value).isValid() ? this.value.strip() : Printable.of(this.written);
	}

	/**
	 * Return the name of the setting with its place, for people.
	 */
	String describe() {
		String source = this.source.getName();
		if (StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME.equals(source)) {
			return "environment variable " + variable();
		}
		if (EnvFile.PROPERTY_SOURCE_NAME.equals(source)) {
			return variable() + " in " + ((this.origin != null) ? this.origin : ".env");
		}
		if (StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME.equals(source)) {
			return "system property " + this.name;
		}
		if (this.source instanceof CommandLinePropertySource) {
			return "command line argument --" + this.name;
		}
		return this.name + " in " + place(source);
	}

	private String place(String source) {
		Origin origin = (this.origin instanceof PropertySourceOrigin wrapper) ? wrapper.getOrigin() : this.origin;
		if (origin instanceof TextResourceOrigin text && text.getResource() != null) {
			String file = text.getResource().getFilename();
			return (file != null) ? file : source;
		}
		return source;
	}

	private String variable() {
		return this.name.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
	}

}
