package dev.aidis.port.assignment;

import dev.aidis.port.Printable;

/**
 * Thrown when a setting cannot be used and startup must fail because of it.
 */
@SuppressWarnings("serial")
final class InvalidPortSettingException extends RuntimeException {

	private final String setting;

	private final String value;

	private final String reason;

	private final String action;

	InvalidPortSettingException(String setting, String value, String reason, String action) {
		super(setting + "='" + Printable.of(value) + "': " + reason);
		this.setting = setting;
		this.value = Printable.of(value);
		this.reason = reason;
		this.action = action;
	}

	String getSetting() {
		return this.setting;
	}

	String getValue() {
		return this.value;
	}

	String getReason() {
		return this.reason;
	}

	String getAction() {
		return this.action;
	}

}
