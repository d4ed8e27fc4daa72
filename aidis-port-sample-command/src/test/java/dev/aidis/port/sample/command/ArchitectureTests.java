package dev.aidis.port.sample.command;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * Tests how the packages depend on each other.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.aidis.port.sample.command";

	private final JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
		.importPackages(ROOT);

	@Test
	void packagesHaveNoCycles() {
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(this.classes);
	}

	@Test
	void nobodyKnowsWhoShowsWhatIsKnown() {
		noClasses().that()
			.resideInAnyPackage(ROOT + ".registry", ROOT + ".health", ROOT + ".history", ROOT + ".stream")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".api", ROOT + ".page", ROOT + ".security")
			.check(this.classes);
	}

	@Test
	void onlyActionsWriteTheRegistry() {
		noClasses().that()
			.resideOutsideOfPackage(ROOT + ".registry")
			.should()
			.callMethod(dev.aidis.port.PortRegistry.class, "prune")
			.check(this.classes);
	}

}
