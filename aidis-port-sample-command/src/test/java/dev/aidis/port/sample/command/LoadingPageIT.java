package dev.aidis.port.sample.command;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistry;
import dev.aidis.port.registry.file.FilePortRegistry;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

/**
 * Looks at the page with a real browser before the registry has been read: that is over
 * too soon to be seen but where the disk is slow, so the file is read only when the test
 * says so.
 */
@EnabledOnOs(OS.LINUX)
class LoadingPageIT {

	@TempDir
	private Path temp;

	private final CountDownLatch disk = new CountDownLatch(1);

	@ParameterizedTest
	@EnumSource(names = { "LIGHT", "DARK" })
	void registryThatIsStillReadIsWaitedForAndThenShown(ColorScheme colours) throws Exception {
		RequiredProgram.require("chromium", "chromium");
		PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
		RegistryFile file = RegistryFile.in(this.temp);
		try (FilePortRegistry registry = new FilePortRegistry(file.path(), Duration.ofSeconds(30));
				Playwright playwright = OpenPage.playwright();
				Browser browser = OpenPage.browser(playwright)) {
			registry.register(PortRegistration.builder("orders", 4000).build());
			try (ConfigurableApplicationContext context = run(registry);
					OpenPage open = OpenPage.open(browser,
							"http://localhost:" + context.getEnvironment().getProperty("local.server.port"), 1440, 900,
							colours)) {
				assertThat(open.page().locator(".waiting")).containsText("Reading the registry");
				assertThat(open.page().locator("#services")).hasAttribute("aria-busy", "true");
				assertThat(open.page().locator("table")).isHidden();
				open.isAccessible("loading, " + colours);
				this.disk.countDown();
				open.page().locator("#rows > tr[data-name=orders]").waitFor();
				assertThat(open.page().locator(".waiting")).hasCount(0);
				assertThat(open.page().locator("#services")).hasAttribute("aria-busy", "false");
				open.isContent();
			}
		}
	}

	private ConfigurableApplicationContext run(PortRegistry registry) {
		return new SpringApplicationBuilder(CommandApplication.class).initializers(
				(GenericApplicationContext context) -> context.registerBean(PortRegistry.class, () -> slow(registry)))
			.run("--server.port=0", "--aidis.port.registration.enabled=false");
	}

	/**
	 * The registry as it is, but for the time it takes.
	 */
	private PortRegistry slow(PortRegistry registry) {
		return (PortRegistry) Proxy.newProxyInstance(PortRegistry.class.getClassLoader(),
				new Class<?>[] { PortRegistry.class }, (proxy, method, arguments) -> {
					if (method.getName().equals("registrations")) {
						this.disk.await();
					}
					try {
						return method.invoke(registry, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

}
