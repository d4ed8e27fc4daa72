package dev.aidis.port.assignment.planted;

import io.micrometer.core.instrument.MeterRegistry;

import dev.aidis.port.registration.planted.PlantedRegistration;

/**
 * Breaks the rules of the architecture, to prove that they notice.
 */
public abstract class PlantedAssignment {

	abstract PlantedRegistration dependsOnAnotherFeature();

	abstract MeterRegistry knowsMicrometer();

}
