package dev.aidis.port.registration.planted;

import org.springframework.boot.autoconfigure.AutoConfigurations;

import dev.aidis.port.assignment.planted.PlantedAssignment;

/**
 * Breaks the rules of the architecture, to prove that they notice.
 */
public abstract class PlantedRegistration {

	abstract PlantedAssignment closesACycle();

	abstract AutoConfigurations knowsAutoConfiguration();

}
