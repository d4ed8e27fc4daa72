package dev.aidis.port;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Holds the code to the flow that the packages are drawn by: environment, assignment,
 * registration, discovery, removal.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.aidis.port";

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void packagesHaveNoCycles() {
		cycles().check(MAIN);
	}

	@Test
	void packagesDependOnWhatIsDrawn() {
		drawn().check(MAIN);
	}

	@Test
	void onlyAutoConfigurationKnowsAutoConfiguration() {
		autoConfiguration().check(MAIN);
	}

	@Test
	void onlyActuateAndItsAutoConfigurationKnowMicrometer() {
		micrometer().check(MAIN);
	}

	@Test
	void nothingKnowsTestSupport() {
		testSupport().check(MAIN);
	}

	@Test
	void onlyTestSupportKnowsTestLibraries() {
		testLibraries().check(MAIN);
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(MAIN.stream().map(JavaClass::getPackage).distinct())
			.allMatch((javaPackage) -> javaPackage.isAnnotatedWith("org.jspecify.annotations.NullMarked"));
	}

	/**
	 * Rules that cannot fail protect nothing.
	 */
	@Test
	void rulesFindPlantedViolations() {
		JavaClasses planted = new ClassFileImporter().importPackages(ROOT + ".assignment.planted",
				ROOT + ".registration.planted");
		assertThat(planted).isNotEmpty();
		for (ArchRule rule : new ArchRule[] { drawn(), autoConfiguration(), micrometer(), testSupport(),
				testLibraries(), cycles() }) {
			assertThatExceptionOfType(AssertionError.class).as(rule.getDescription())
				.isThrownBy(() -> rule.check(planted));
		}
	}

	private static ArchRule cycles() {
		return slices().matching(ROOT + ".(**)").should().beFreeOfCycles();
	}

	private static ArchRule drawn() {
		return CompositeArchRule.of(dependOnly("", ""))
			.and(dependOnly(".environment", ""))
			.and(dependOnly(".assignment", "", ".environment"))
			.and(dependOnly(".registration", ""))
			.and(dependOnly(".registry", ""))
			.and(dependOnly(".compose", ""))
			.and(dependOnly(".discovery", "", ".environment", ".registry.cloud"))
			.and(dependOnly(".actuate", "", ".assignment", ".registration", ".discovery"))
			.and(dependOnly(".test", "", ".registry", ".discovery"))
			.as("packages depend on what is drawn");
	}

	/**
	 * Of our own packages, one uses only itself and some others.
	 */
	private static ArchRule dependOnly(String name, String... others) {
		String self = name.isEmpty() ? ROOT : ROOT + name + "..";
		String[] allowed = new String[others.length + 1];
		allowed[0] = self;
		for (int i = 0; i < others.length; i++) {
			allowed[i + 1] = others[i].isEmpty() ? ROOT : ROOT + others[i] + "..";
		}
		DescribedPredicate<JavaClass> foreign = resideInAPackage(ROOT + "..")
			.and(DescribedPredicate.not(resideInAnyPackage(allowed)));
		return noClasses().that().resideInAPackage(self).should().dependOnClassesThat(foreign).allowEmptyShould(true);
	}

	private static ArchRule autoConfiguration() {
		return noClasses().that()
			.resideOutsideOfPackage(ROOT + ".autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".autoconfigure..", "org.springframework.boot..autoconfigure..");
	}

	private static ArchRule testSupport() {
		return noClasses().that()
			.resideOutsideOfPackage(ROOT + ".test..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage(ROOT + ".test..");
	}

	private static ArchRule testLibraries() {
		return noClasses().that()
			.resideOutsideOfPackage(ROOT + ".test..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.junit..", "org.springframework.test..", "org.springframework.boot.test..");
	}

	private static ArchRule micrometer() {
		return classes().that()
			.resideOutsideOfPackage(ROOT + ".actuate..")
			.and()
			.haveNameNotMatching(".*\\.PortMetricsAutoConfiguration(\\$.*)?")
			.should()
			.onlyDependOnClassesThat(DescribedPredicate.not(resideInAPackage("io.micrometer..")));
	}

}
