package dev.aidis.port.assignment.planted;

import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.TestInfo;

import dev.aidis.port.registration.planted.PlantedRegistration;
import dev.aidis.port.test.TestPortRegistry;

/**
 * Breaks the rules of the architecture, to prove that they notice.
 */
public abstract class PlantedAssignment {

	abstract PlantedRegistration dependsOnAnotherFeature();

	abstract MeterRegistry knowsMicrometer();

	abstract TestPortRegistry knowsTestSupport();

	abstract TestInfo knowsTestLibraries();

}
