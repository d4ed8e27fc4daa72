package dev.aidis.port.assignment;

import org.apache.commons.logging.Log;

/**
 * A setting that was no port. Reported once it is known what is used instead.
 *
 * @param setting the setting
 * @param value what it was taken for
 */
record SkippedSetting(PortSetting setting, PortValue value) {

	void report(PortAssignment assignment, Log logger) {
		String message = "Skipped " + this.setting.describe() + "='" + this.setting.shown() + "': "
				+ this.value.problem() + ". "
				+ (assignment.isDynamic() ? "A dynamic port" : "Port " + assignment.requestedPort())
				+ " is used instead (" + assignment.assignedBy() + ").";
		if (this.value.advice() != null) {
			logger.info(message + " " + this.value.advice());
		}
		else {
			logger.warn(message);
		}
	}

}
