package dev.aidis.port.test;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Keeps the declared services of an {@link AidisPortTest} registered, and removes after a
 * test what it has registered itself. Does nothing in any other test.
 */
final class AidisPortTestExecutionListener extends AbstractTestExecutionListener {

	/**
	 * After Spring's own listener for contexts that are dirty, so that a test's services
	 * are removed before its context is closed.
	 */
	private static final int ORDER = 3500;

	private static final String CLASS_SCOPE = TestScope.class.getName() + ".class";

	private static final String METHOD_SCOPE = TestScope.class.getName() + ".method";

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestClass(TestContext test) {
		test.setAttribute(CLASS_SCOPE, TestScope.begin());
	}

	@Override
	public void beforeTestMethod(TestContext test) {
		test.setAttribute(METHOD_SCOPE, TestScope.begin());
		if (hasServices(test)) {
			services(test).registerOpen();
		}
	}

	@Override
	public void beforeTestExecution(TestContext test) {
		if (hasServices(test)) {
			services(test).registerAll();
		}
	}

	@Override
	public void afterTestMethod(TestContext test) {
		end(test, METHOD_SCOPE);
	}

	@Override
	public void afterTestClass(TestContext test) {
		end(test, CLASS_SCOPE);
	}

	private static boolean hasServices(TestContext test) {
		return test.hasApplicationContext()
				&& test.getApplicationContext().containsLocalBean(DeclaredServices.class.getName());
	}

	private static DeclaredServices services(TestContext test) {
		return test.getApplicationContext().getBean(DeclaredServices.class.getName(), DeclaredServices.class);
	}

	private static void end(TestContext test, String scope) {
		if (test.removeAttribute(scope) instanceof TestScope running) {
			running.end();
		}
	}

}
