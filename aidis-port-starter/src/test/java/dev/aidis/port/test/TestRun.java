package dev.aidis.port.test;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A run of test classes within a test, as JUnit's launcher does it for build tools.
 */
final class TestRun {

	private static final Map<String, String> PARALLEL = Map.of("junit.jupiter.execution.parallel.enabled", "true",
			"junit.jupiter.execution.parallel.mode.default", "concurrent",
			"junit.jupiter.execution.parallel.config.strategy", "fixed",
			"junit.jupiter.execution.parallel.config.fixed.parallelism", "2");

	private final TestExecutionSummary summary;

	private TestRun(Map<String, String> parameters, Class<?>... classes) {
		LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
			.selectors(Stream.of(classes).map(DiscoverySelectors::selectClass).toList())
			.configurationParameters(parameters)
			.build();
		SummaryGeneratingListener listener = new SummaryGeneratingListener();
		LauncherFactory.create().execute(request, listener);
		this.summary = listener.getSummary();
	}

	/**
	 * Run test classes one after the other, in this order.
	 */
	static TestRun of(Class<?>... classes) {
		return new TestRun(Map.of(), classes);
	}

	/**
	 * Run test classes and their methods at once, two at a time.
	 */
	static TestRun parallel(Class<?>... classes) {
		return new TestRun(PARALLEL, classes);
	}

	List<Throwable> failures() {
		return this.summary.getFailures().stream().map(TestExecutionSummary.Failure::getException).toList();
	}

	void assertSucceeded(int tests) {
		assertThat(failures()).isEmpty();
		assertThat(this.summary.getTestsSucceededCount()).isEqualTo(tests);
	}

}
