package dev.aidis.port.sample.command;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Playwright;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Looks at the page with a real browser while real services come and go.
 */
@EnabledOnOs(OS.LINUX)
class CommandPageIT {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	private static Playwright playwright;

	private static Browser browser;

	@TempDir
	private Path temp;

	private RegistryFile registry;

	private SampleProcess command;

	@BeforeAll
	static void startBrowser() {
		RequiredProgram.require("chromium", "chromium");
		playwright = OpenPage.playwright();
		browser = OpenPage.browser(playwright);
	}

	@AfterAll
	static void stopBrowser() {
		if (playwright != null) {
			playwright.close();
		}
	}

	@BeforeEach
	void createRegistry() throws Exception {
		this.registry = RegistryFile.in(this.temp);
	}

	@AfterEach
	void stopCommand() throws Exception {
		if (this.command != null) {
			this.command.close();
		}
	}

	private String startCommand(Map<String, String> settings) throws Exception {
		Map<String, String> variables = new HashMap<>(
				Map.of("AIDIS_PORT_REGISTRY", this.registry.path().toString(), "AIDIS_COMMAND_DEV_PORT", "0"));
		variables.putAll(settings);
		this.command = SampleProcess.start("aidis-command", this.temp, variables);
		await().atMost(TIMEOUT)
			.until(() -> !this.command.isAlive()
					|| this.registry.entry("aidis-command-dev").path("status").asString("").equals("UP"));
		return "http://localhost:" + this.registry.entry("aidis-command-dev").path("port").intValue();
	}

	@Test
	void showsItself() throws Exception {
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.open(browser, url)) {
			assertThat(open.page().locator("#rows > tr")).hasCount(1);
			open.page().waitForTimeout(1500);
			open.page()
				.screenshot(new com.microsoft.playwright.Page.ScreenshotOptions().setPath(Path.of("/tmp/pg/one.png")));
			open.isAccessible("one service");
			open.isContent();
		}
	}

}
