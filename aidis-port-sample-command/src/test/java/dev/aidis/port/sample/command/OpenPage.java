package dev.aidis.port.sample.command;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A page in a real browser, which notes whatever it asks for and complains about.
 */
final class OpenPage implements AutoCloseable {

	private final BrowserContext context;

	private final Page page;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final List<String> complaints = new CopyOnWriteArrayList<>();

	private OpenPage(Browser browser, Browser.NewContextOptions options) {
		this.context = browser.newContext(options);
		this.page = this.context.newPage();
		this.page.onRequest((request) -> this.requests.add(request.url()));
		this.page.onConsoleMessage((message) -> {
			if (!message.type().equals("log") && !message.type().equals("info")) {
				this.complaints.add(message.type() + ": " + message.text());
			}
		});
		this.page.onPageError((error) -> this.complaints.add("error: " + error));
		this.page.onDialog((dialog) -> {
			this.complaints.add("dialog: " + dialog.message());
			dialog.dismiss();
		});
		this.page.setDefaultTimeout(60_000);
	}

	/**
	 * Start Debian's Chromium. Nothing is downloaded.
	 */
	static Browser browser(Playwright playwright) {
		return playwright.chromium()
			.launch(new LaunchOptions().setExecutablePath(RequiredProgram.find("chromium"))
				.setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
	}

	static Playwright playwright() {
		return Playwright
			.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
	}

	static OpenPage open(Browser browser, String url) {
		return open(browser, url, 1440, 900, ColorScheme.LIGHT);
	}

	static OpenPage open(Browser browser, String url, int width, int height, ColorScheme colours) {
		OpenPage opened = openAny(browser, url, colours, width, height);
		opened.page.waitForSelector("#link.live");
		return opened;
	}

	/**
	 * Open another page than the one that is live.
	 */
	static OpenPage openAny(Browser browser, String url, ColorScheme colours) {
		return openAny(browser, url, colours, 1440, 900);
	}

	private static OpenPage openAny(Browser browser, String url, ColorScheme colours, int width, int height) {
		OpenPage opened = new OpenPage(browser,
				new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(colours));
		opened.page.navigate(url);
		return opened;
	}

	Page page() {
		return this.page;
	}

	/**
	 * The page asked nobody but the service, and there was nothing to complain about.
	 */
	void isContent() {
		assertThat(this.complaints).isEmpty();
		asksOnly(URI.create(this.page.url()));
	}

	void asksOnly(URI service) {
		assertThat(this.requests).isNotEmpty()
			.allSatisfy((url) -> assertThat(URI.create(url).getAuthority()).isEqualTo(service.getAuthority()));
	}

	void forgetComplaints() {
		this.complaints.clear();
	}

	/**
	 * The page has no accessibility problem that axe-core knows of.
	 */
	void isAccessible(String state) {
		// What goes on for ever has no end to go to.
		this.page.evaluate("() => document.getAnimations().forEach((animation) => "
				+ "animation.effect.getComputedTiming().endTime === Infinity ? animation.cancel() : animation.finish())");
		this.page.evaluate(AxeScript.TEXT);
		Object violations = this.page.evaluate("""
				async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
				  .map((violation) => violation.id + ': ' + violation.nodes.map((node) => node.target.join(' ')
				    + ' ' + node.failureSummary).slice(0, 5).join('; '))""");
		assertThat(violations).as("accessibility problems, " + state).isEqualTo(List.of());
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * The script of axe-core.
	 */
	private static final class AxeScript {

		static final String TEXT = read();

		private static String read() {
			try (InputStream stream = Objects.requireNonNull(OpenPage.class.getResourceAsStream("/axe.min.js"))) {
				return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
