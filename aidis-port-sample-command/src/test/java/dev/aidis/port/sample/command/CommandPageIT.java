package dev.aidis.port.sample.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.registry.file.FilePortRegistry;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Looks at the page with a real browser while real services come and go. What it measures
 * it prints; how fast a machine is makes no test fail.
 */
@EnabledOnOs(OS.LINUX)
class CommandPageIT {

	private static final Duration TIMEOUT = Duration.ofSeconds(90);

	/**
	 * That is "open sesame".
	 */
	private static final String PASSWORD = "$2b$04$abcdefghijklmnopqrstuu/LVz6MZlItEy42I2juLihZ66HnQx/cy";

	private static Playwright playwright;

	private static Browser browser;

	@TempDir
	private Path temp;

	private RegistryFile registry;

	private final List<SampleProcess> processes = new ArrayList<>();

	private final List<HttpServer> servers = new ArrayList<>();

	@BeforeAll
	static void startBrowser() {
		RequiredProgram.require("chromium", "chromium");
		PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
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
	void createRegistry() throws IOException {
		this.registry = RegistryFile.in(this.temp);
	}

	@AfterEach
	void stopAll() throws InterruptedException {
		for (SampleProcess process : this.processes) {
			process.close();
		}
		this.servers.forEach((server) -> server.stop(0));
	}

	@Test
	void realServiceAppearsDiesHealsMovesAndStops() throws Exception {
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.open(browser, url)) {
			Page page = open.page();
			assertThat(row(page, "aidis-command-dev")).hasCount(1);
			assertThat(page.locator(".alone")).isVisible();
			open.isAccessible("one service");

			SampleProcess mcp = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			long registered = registered(mcp);
			row(page, "aidis-mcp").waitFor();
			report("a service appears", registered);
			assertThat(row(page, "aidis-mcp").locator(".state")).hasText("Up");
			assertThat(row(page, "aidis-mcp")).containsText("AIDIS_MCP_PORT");
			assertThat(row(page, "aidis-mcp")).containsText(String.valueOf(mcp.pid()));
			assertThat(row(page, "aidis-mcp").locator(".health")).hasText("200 OK");
			assertThat(row(page, "aidis-mcp").locator("a")).hasAttribute("href",
					"http://localhost:" + this.registry.entry("aidis-mcp").path("port").intValue());
			assertThat(event(page, "started", "aidis-mcp")).isVisible();

			page.request().get(url + "/api/mcp");
			assertThat(page.locator("#dependencies .edge")).hasCount(1);

			long killed = System.nanoTime();
			mcp.kill();
			page.waitForSelector("#rows > tr.dead[data-name=aidis-mcp]");
			report("a service that was killed is marked", killed);
			assertThat(event(page, "died", "aidis-mcp")).isVisible();
			assertThat(row(page, "aidis-mcp").locator("a")).hasCount(0);
			open.isAccessible("one died");

			SampleProcess again = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			long back = registered(again);
			page.waitForSelector("#rows > tr:not(.dead)[data-name=aidis-mcp]");
			// On a busy machine it may have been unhealthy before, and healed of that,
			// too.
			event(page, "healed", "aidis-mcp").filter(new Locator.FilterOptions().setHasText("is back")).waitFor();
			report("a service that was killed heals", back);
			assertThat(row(page, "aidis-mcp").locator(".state")).hasText("Up");
			assertThat(page.locator("#rows > tr.dead")).hasCount(0);
			String before = row(page, "aidis-mcp").locator("a").textContent();

			try (Socket unused = unfinishedRequest(this.registry.entry("aidis-mcp").path("port").intValue())) {
				again.terminate();
				assertThat(row(page, "aidis-mcp")).hasCount(0);
				assertThat(event(page, "stopped", "aidis-mcp")).isVisible();
				assertThat(again.isAlive()).isTrue();
			}
			again.stop();
			SampleProcess elsewhere = start("aidis-mcp", Map.of("AIDIS_MCP_PORT", "0"));
			long moved = registered(elsewhere);
			int port = this.registry.entry("aidis-mcp").path("port").intValue();
			page.waitForSelector("#rows > tr[data-name=aidis-mcp][data-port='" + port + "']");
			event(page, "moved", "aidis-mcp").waitFor();
			report("a service moves", moved);
			assertThat(row(page, "aidis-mcp").locator("a")).not().hasText(before);
			assertThat(event(page, "moved", "aidis-mcp")).containsText(before);
			open.isContent();
		}
	}

	/**
	 * Begin to call a service, which then does not end before the call has: a stop is
	 * told from a death by a process that outlives its entry. That it may go on with the
	 * call says that it is being answered.
	 */
	@SuppressWarnings("resource")
	private static Socket unfinishedRequest(int port) throws IOException {
		Socket socket = new Socket("localhost", port);
		socket.getOutputStream()
			.write(("POST /mcp HTTP/1.1\r\nHost: localhost:" + port + "\r\nContent-Type: application/json\r\n"
					+ "Accept: application/json, text/event-stream\r\nExpect: 100-continue\r\n"
					+ "Content-Length: 10\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		BufferedReader answer = new BufferedReader(
				new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
		assertThat(answer.readLine()).isEqualTo("HTTP/1.1 100 ");
		return socket;
	}

	/**
	 * Wait until the file has the entry of a process.
	 * @return when it had
	 */
	private long registered(SampleProcess process) {
		await().atMost(TIMEOUT)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.registry.entry("aidis-mcp").path("pid").asLong(0) == process.pid());
		return System.nanoTime();
	}

	@Test
	void everyActionDoesWhatItSays() throws Exception {
		Process sleeping = new ProcessBuilder("sleep", "600").start();
		try {
			int port = server();
			this.registry.change((entries) -> {
				RegistryFile.add(entries, "orders", port, ProcessHandle.current().pid());
				RegistryFile.add(entries, "stock", port, ProcessHandle.current().pid());
			});
			String url = startCommand(Map.of());
			try (OpenPage open = OpenPage.open(browser, url)) {
				Page page = open.page();
				assertThat(page.locator("#rows > tr")).hasCount(3);
				searchAndSort(page);
				chooseColours(page, open);
				useTheKeyboard(page, open);
				checkNow(page, open);
				this.registry.change((entries) -> RegistryFile.add(entries, "doomed", port, sleeping.pid()));
				row(page, "doomed").waitFor();
				sleeping.destroyForcibly().waitFor();
				page.waitForSelector("#rows > tr.dead[data-name=doomed]");
				page.locator("button:has-text('Prune dead entries')").click();
				assertThat(page.locator("#notice p")).containsText("dead entr");
				assertThat(row(page, "doomed")).hasCount(0);
				open.isAccessible("after an action");
				open.isContent();
			}
		}
		finally {
			sleeping.destroyForcibly();
		}
	}

	private static void searchAndSort(Page page) {
		page.locator("#search").fill("ord");
		assertThat(page.locator("#rows > tr:visible")).hasCount(1);
		assertThat(page.locator("#count")).hasText("1 of 3");
		page.locator("#search").fill("nobody has this name");
		assertThat(page.locator("#nomatch")).isVisible();
		page.locator("#clear").click();
		assertThat(page.locator("#rows > tr:visible")).hasCount(3);
		assertThat(page.locator("#rows > tr").first()).containsText("aidis-command-dev");
		page.locator("th[data-sort=name] button").click();
		assertThat(page.locator("#rows > tr").first()).containsText("stock");
		assertThat(page.locator("th[data-sort=name]")).hasAttribute("aria-sort", "descending");
		for (String by : List.of("state", "port", "pid", "started", "latency", "changed", "name")) {
			page.locator("th[data-sort=" + by + "] button").click();
			assertThat(page.locator("th[aria-sort]")).hasCount(1);
			assertThat(page.locator("th[data-sort=" + by + "]")).hasAttribute("aria-sort", "ascending");
		}
	}

	private static void chooseColours(Page page, OpenPage open) {
		for (String theme : List.of("light", "dark")) {
			page.locator("#theme").click();
			assertThat(page.locator("html")).hasAttribute("data-theme", theme);
			open.isAccessible(theme);
		}
		page.reload();
		page.waitForSelector("#link.live");
		assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
		page.locator("#theme").click();
		assertThat(page.locator("#theme")).hasText("Auto");
	}

	private static void useTheKeyboard(Page page, OpenPage open) {
		page.keyboard().press("?");
		assertThat(page.locator("#help")).isVisible();
		open.isAccessible("help");
		page.keyboard().press("Escape");
		assertThat(page.locator("#help")).isHidden();
		page.keyboard().press("/");
		assertThat(page.locator("#search")).isFocused();
		page.keyboard().type("orders");
		page.keyboard().press("ArrowDown");
		assertThat(row(page, "orders").locator(".name")).isFocused();
		page.keyboard().press("Enter");
		assertThat(page.locator("#details-title")).containsText("orders");
		open.isAccessible("details");
		page.keyboard().press("Escape");
		assertThat(page.locator("#details")).isHidden();
		page.keyboard().press("/");
		page.keyboard().press("Escape");
		assertThat(page.locator("#rows > tr:visible")).hasCount(3);
	}

	private static void checkNow(Page page, OpenPage open) {
		row(page, "orders").locator(".check").click();
		assertThat(page.locator("#notice p")).containsText("orders is healthy");
		row(page, "aidis-command-dev").locator(".name").click();
		assertThat(page.locator("#details .ladder li.decides")).containsText("AIDIS_COMMAND_DEV_PORT");
		page.locator("#details .check").click();
		assertThat(page.locator("#notice p")).containsText("aidis-command-dev is healthy");
		page.locator("#details .close").click();
		assertThat(page.locator("#details")).isHidden();
	}

	@Test
	void namesThatAnotherProgramWroteHarmNothing() throws Exception {
		int port = server();
		List<String> names = List.of("<img src=x onerror=alert(1)>", "\"><script>alert(2)</script>",
				"' onclick='alert(3)", "</td></tr></table><h1>gone</h1>", "${7*7} [[${7*7}]]",
				"a\u202Eb\u2028c\u001B[31m", "javascript:alert(4)",
				"__${T(java.lang.Runtime).getRuntime().exec('touch x')}__", "data: x\n\nevent: y");
		this.registry.change((entries) -> {
			for (String name : names) {
				RegistryFile.add(entries, name, port, ProcessHandle.current().pid())
					.put("scheme", "javascript")
					.put("host", "javascript:alert(5)//")
					.put("healthEndpoint", "javascript:alert(6)")
					.put("instanceId", name)
					.putArray("dependsOn")
					.add("<svg onload=alert(7)>")
					.add(name);
			}
			entries.withObject(names.get(0))
				.putObject("metadata")
				.put("requestedPort", "<b>1</b>")
				.put("assignedBy", "<img src=x onerror=alert(8)>")
				.put("<i>", "\"><script>alert(9)</script>");
		});
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.open(browser, url)) {
			Page page = open.page();
			assertThat(page.locator("#rows > tr")).hasCount(names.size() + 1);
			assertThat(page.locator("#rows")).containsText("<img src=x onerror=alert(1)>");
			assertThat(page.locator("#rows")).containsText("${7*7} [[${7*7}]]");
			assertThat(page.locator("#rows")).containsText("a\\u202eb\\u2028c\\u001b[31m");
			// Once more, in what is sent while the page is open.
			this.registry
				.change((entries) -> names.forEach((name) -> ((ObjectNode) entries.get(name)).put("status", "UP")));
			assertThat(page.locator("#rows > tr.up")).hasCount(names.size() + 1);
			for (Locator row : page.locator("#rows > tr").all()) {
				row.locator(".name").click();
				assertThat(page.locator("#details")).isVisible();
				page.keyboard().press("Escape");
			}
			row(page, names.get(0)).locator(".check").click();
			assertThat(page.locator("#notice p")).containsText("<img src=x onerror=alert(1)>");
			assertThat(page.locator("main img, main script, main h1, [onerror], [onclick], [onload]")).hasCount(0);
			assertThat(page.locator("a[href^='javascript' i]")).hasCount(0);
			assertThat(this.processes.get(0).log()).contains("Started CommandApplication")
				.doesNotContain("\u001B")
				.doesNotContain("\u202E");
			open.isAccessible("hostile names");
			open.isContent();
		}
	}

	@Test
	void fiftyServicesAreShownInAllColoursAndSizes() throws Exception {
		String url = startCommand(Map.of());
		try (Services services = new Services(50); OpenPage open = OpenPage.open(browser, url)) {
			assertThat(open.page().locator("#rows > tr.up")).hasCount(51);
			open.page().waitForSelector("#chart-ports canvas");
			assertThat(open.page().locator("#dependencies .edge").first()).isVisible();
			picture(open, "fifty");
			open.isAccessible("50 services");
			try (OpenPage dark = OpenPage.open(browser, url, 1440, 900, ColorScheme.DARK);
					OpenPage phone = OpenPage.open(browser, url, 390, 844, ColorScheme.LIGHT);
					OpenPage darkPhone = OpenPage.open(browser, url, 390, 844, ColorScheme.DARK)) {
				for (OpenPage other : List.of(dark, phone, darkPhone)) {
					other.page().waitForSelector("#chart-ports canvas");
					assertThat(
							(Boolean) other.page().evaluate("() => document.documentElement.scrollWidth <= innerWidth"))
						.isTrue();
					other.isAccessible("50 services, " + other.page().viewportSize().width);
				}
				picture(dark, "dark");
				picture(phone, "phone");
				phone.page().locator("#sorting").selectOption("pid");
				assertThat(phone.page().locator("#rows > tr").first()).isVisible();
				dark.isContent();
				phone.isContent();
			}
			open.isContent();
		}
	}

	@Test
	void emptyRegistryTellsWhatToDo() throws Exception {
		String url = startUnregistered();
		try (OpenPage open = OpenPage.open(browser, url)) {
			assertThat(open.page().locator(".nobody")).isVisible();
			assertThat(open.page().locator("table")).isHidden();
			picture(open, "empty");
			open.isAccessible("empty");
			this.registry
				.change((entries) -> RegistryFile.add(entries, "first", server(), ProcessHandle.current().pid()));
			row(open.page(), "first").waitFor();
			assertThat(open.page().locator(".nobody")).isHidden();
			open.isContent();
		}
	}

	@Test
	void registryThatCannotBeReadIsAnErrorUntilItCan() throws Exception {
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.open(browser, url)) {
			permit("rw-rw-rw-");
			assertThat(open.page().locator(".banner.error")).containsText("may write to it");
			assertThat(open.page().locator("#rows > tr")).hasCount(1);
			picture(open, "error");
			open.isAccessible("error");
			permit("rw-------");
			assertThat(open.page().locator(".banner.error")).hasCount(0);
			open.isContent();
		}
	}

	@Test
	void registryThatCouldNeverBeReadIsAnErrorWithNothingToShow() throws Exception {
		this.registry.change((entries) -> RegistryFile.add(entries, "first", server(), ProcessHandle.current().pid()));
		permit("rw-rw-rw-");
		String url = startUnregistered();
		try (OpenPage open = OpenPage.open(browser, url)) {
			assertThat(open.page().locator(".banner.error")).containsText("may write to it");
			assertThat(open.page().locator(".waiting")).containsText("Nothing is known yet");
			picture(open, "never");
			open.isAccessible("nothing known");
			permit("rw-------");
			row(open.page(), "first").waitFor();
			assertThat(open.page().locator(".banner.error")).hasCount(0);
			assertThat(open.page().locator(".waiting")).hasCount(0);
			open.isContent();
		}
	}

	@Test
	void peopleLogInAndOut() throws Exception {
		String url = startCommand(
				Map.of("AIDIS_COMMAND_LOGIN_ENABLED", "true", "AIDIS_COMMAND_LOGIN_PASSWORD", "{bcrypt}" + PASSWORD));
		for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
			try (OpenPage open = OpenPage.openAny(browser, url, colours)) {
				Page page = open.page();
				assertThat(page).hasURL(url + "/login");
				picture(open, "login-" + colours);
				open.isAccessible("login, " + colours);
				logIn(page, "wrong");
				assertThat(page.locator(".notice.warning")).hasText("Name or password is wrong.");
				open.isAccessible("login failed, " + colours);
				logIn(page, "open sesame");
				page.waitForSelector("#link.live");
				assertThat(row(page, "aidis-command-dev")).hasCount(1);
				open.isAccessible("logged in, " + colours);
				page.locator("button:has-text('Log out')").click();
				assertThat(page.locator(".notice.good")).hasText("You are logged out.");
				open.isAccessible("logged out, " + colours);
				open.isContent();
			}
		}
	}

	private static void logIn(Page page, String password) {
		page.locator("[name=username]").fill("operator");
		page.locator("[name=password]").fill(password);
		page.keyboard().press("Enter");
	}

	@Test
	void pathWhereNothingIsShowsThePageForErrors() throws Exception {
		String url = startCommand(Map.of());
		for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
			try (OpenPage open = OpenPage.openAny(browser, url, colours)) {
				Page page = open.page();
				assertThat(page.navigate(url + "/nothing/here").status()).isEqualTo(404);
				assertThat(page.locator("h1")).hasText("Not Found");
				picture(open, "not-found-" + colours);
				open.isAccessible("not found, " + colours);
				open.asksOnly(URI.create(url));
				page.locator("a:has-text('To the services')").click();
				page.waitForSelector("#link.live");
			}
		}
	}

	private void permit(String permissions) throws IOException {
		Files.setPosixFilePermissions(this.registry.path(), PosixFilePermissions.fromString(permissions));
		// Nobody reads again what has not changed.
		Files.setLastModifiedTime(this.registry.path(), FileTime.from(Instant.now()));
	}

	@Test
	void lostConnectionIsToldAndTakenUpAgain() throws Exception {
		String url = startCommand(Map.of());
		int port = URI.create(url).getPort();
		try (OpenPage open = OpenPage.open(browser, url)) {
			open.isContent();
			long stopped = System.nanoTime();
			this.processes.get(0).stop();
			long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - stopped);
			System.out.println("Measured: the service ended in " + took + " ms with a page open");
			assertThat(open.page().locator("#lost")).isVisible();
			assertThat(open.page().locator("#link")).hasText("lost");
			picture(open, "lost");
			open.isAccessible("disconnected");
			open.page().locator(".check").first().click();
			assertThat(open.page().locator("#notice p")).containsText("did not answer");
			startCommand(Map.of("AIDIS_COMMAND_DEV_PORT", String.valueOf(port)));
			assertThat(open.page().locator("#link")).hasText("live");
			assertThat(open.page().locator("#lost")).isHidden();
			// With the token of the new run.
			open.forgetComplaints();
			open.page().locator(".check").first().click();
			assertThat(open.page().locator("#notice p")).containsText("is healthy");
			open.isContent();
		}
	}

	@Test
	void personWhoseLoginEndedWithTheServiceIsAskedToLogInAgain() throws Exception {
		Map<String, String> login = Map.of("AIDIS_COMMAND_LOGIN_ENABLED", "true", "AIDIS_COMMAND_LOGIN_PASSWORD",
				"{bcrypt}" + PASSWORD);
		String url = startCommand(login);
		try (OpenPage open = OpenPage.openAny(browser, url, ColorScheme.LIGHT)) {
			logIn(open.page(), "open sesame");
			open.page().waitForSelector("#link.live");
			this.processes.get(0).stop();
			Map<String, String> again = new HashMap<>(login);
			again.put("AIDIS_COMMAND_DEV_PORT", String.valueOf(URI.create(url).getPort()));
			startCommand(again);
			assertThat(open.page()).hasURL(url + "/login");
			logIn(open.page(), "open sesame");
			open.page().waitForSelector("#link.live");
		}
	}

	@Test
	void clickOnAClusterShowsItsServicesAndNoOthers() throws Exception {
		RegistryFile there = RegistryFile.in(Files.createDirectory(this.temp.resolve("there")));
		there.change((entries) -> RegistryFile.add(entries, "stock", server(), ProcessHandle.current().pid()));
		String url = startCommand(Map.of("AIDIS_PORT_CLUSTER", "here", "AIDIS_PORT_DISCOVERY_CLUSTERS", "here,there",
				"AIDIS_PORT_CLUSTERS_THERE_FILE", there.path().toString()));
		try (OpenPage open = OpenPage.open(browser, url)) {
			Page page = open.page();
			assertThat(row(page, "stock")).isVisible();
			page.locator("#clusters button:text-is('here')").click();
			assertThat(row(page, "stock")).isHidden();
			assertThat(row(page, "aidis-command-dev")).isVisible();
			page.locator("#clusters button:text-is('there')").click();
			assertThat(row(page, "stock")).isVisible();
			assertThat(row(page, "aidis-command-dev")).isHidden();
			open.isContent();
		}
	}

	@Test
	void thousandEntriesStayUsable() throws Exception {
		int[] ports = { server(), server(), server(), server() };
		this.registry.change((entries) -> {
			for (int i = 0; i < 1000; i++) {
				RegistryFile.add(entries, "service-%04d".formatted(i), ports[i % 4], ProcessHandle.current().pid());
			}
		});
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.open(browser, url)) {
			Page page = open.page();
			assertThat(page.locator("#rows > tr")).hasCount(1001);
			System.out.println("Measured: first paint with 1,001 rows, the first time: " + firstPaint(page) + " ms");
			page.reload();
			page.waitForSelector("#link.live");
			System.out.println("Measured: first paint with 1,001 rows, the second time: " + firstPaint(page) + " ms, "
					+ page.evaluate("() => performance.getEntriesByType('navigation')[0].decodedBodySize")
					+ " bytes of HTML");
			// All are there and asked once, before the rows are marked.
			assertThat(page.locator("#rows[data-more='0']")).hasCount(1);
			assertThat(page.locator("#rows .ms")).hasCount(1001);
			page.evaluate("() => document.querySelectorAll('#rows > tr').forEach((row) => row.untouched = true)");
			long changed = System.nanoTime();
			this.registry.change((entries) -> ((ObjectNode) entries.get("service-0500")).put("status", "STARTING"));
			page.waitForSelector("#rows > tr.starting[data-name=service-0500]");
			report("one of 1,001 rows changes", changed);
			assertThat(page.evaluate(
					"() => [...document.querySelectorAll('#rows > tr')].filter((row) => !row.untouched).map((row) => row.dataset.name)"))
				.isEqualTo(List.of("service-0500"));
			Object millis = page.evaluate("""
					() => {
					  const start = performance.now();
					  const search = document.querySelector('#search');
					  search.value = '0500';
					  search.dispatchEvent(new Event('input', { bubbles: true }));
					  document.body.offsetHeight;
					  return Math.round(performance.now() - start);
					}""");
			System.out.println("Measured: a search among 1,001 rows takes " + millis + " ms");
			assertThat(page.locator("#rows > tr:visible")).hasCount(1);
			System.out.println("Measured: an update of one row is " + bytesOfAnUpdate(url) + " bytes");
			open.isContent();
		}
	}

	@Test
	void rowsThatComeAfterTheFirstAreThoseOfThePageWhateverHappensMeanwhile() throws Exception {
		int port = server();
		this.registry.change((entries) -> {
			for (int i = 0; i < 80; i++) {
				RegistryFile.add(entries, "service-%04d".formatted(i), port, ProcessHandle.current().pid());
			}
		});
		String url = startCommand(Map.of());
		try (OpenPage open = OpenPage.openAny(browser, url + "/login", ColorScheme.LIGHT)) {
			Page page = open.page();
			AtomicBoolean changed = new AtomicBoolean();
			page.route("**/rows", (route) -> {
				if (changed.compareAndSet(false, true)) {
					removeFirst(url);
				}
				route.resume();
			});
			page.navigate(url);
			assertThat(page.locator("#rows > tr")).hasCount(80);
			assertThat(page.locator("#rows[data-more='0']")).hasCount(1);
			assertThat(row(page, "service-0000")).hasCount(0);
			assertThat(row(page, "service-0059")).hasCount(1);
			assertThat(row(page, "service-0060")).hasCount(1);
		}
	}

	/**
	 * Remove the first of the services, and wait until the page's service knows.
	 */
	private void removeFirst(String url) {
		try {
			this.registry.change((entries) -> entries.remove("service-0000"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		await().atMost(TIMEOUT).until(() -> {
			try (InputStream services = URI.create(url + "/api/services").toURL().openStream()) {
				return !new String(services.readAllBytes(), StandardCharsets.UTF_8).contains("service-0000");
			}
		});
	}

	private static long firstPaint(Page page) {
		return Math
			.round(((Number) page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0].startTime"))
				.doubleValue());
	}

	/**
	 * Read the stream as the page does, and tell how long the next event is that has the
	 * row which changes.
	 */
	private int bytesOfAnUpdate(String url) throws IOException {
		URL stream = URI.create(url + "/stream").toURL();
		try (InputStream in = stream.openStream()) {
			StringBuilder text = new StringBuilder();
			byte[] buffer = new byte[65536];
			while (text.indexOf("\n\n") < 0) {
				text.append(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8));
			}
			this.registry.change((entries) -> ((ObjectNode) entries.get("service-0500")).put("status", "UP"));
			while (true) {
				for (String event : text.toString().split("\n\n")) {
					if (event.contains("event: update") && event.contains("service-0500") && event.contains("<tr ")
							&& text.indexOf(event + "\n\n") >= 0) {
						return event.getBytes(StandardCharsets.UTF_8).length;
					}
				}
				text.append(new String(buffer, 0, in.read(buffer), StandardCharsets.UTF_8));
			}
		}
	}

	private String startCommand(Map<String, String> settings) throws Exception {
		Map<String, String> variables = new HashMap<>(Map.of("AIDIS_COMMAND_DEV_PORT", "0"));
		variables.putAll(settings);
		SampleProcess command = start("aidis-command", variables);
		await().atMost(TIMEOUT)
			.failFast(() -> assertThat(command.isAlive()).as(command::log).isTrue())
			.until(() -> this.registry.entry("aidis-command-dev"),
					(entry) -> entry.path("status").asString("").equals("UP")
							&& entry.path("pid").longValue() == command.pid());
		return "http://localhost:" + this.registry.entry("aidis-command-dev").path("port").intValue();
	}

	/**
	 * Start a service that nobody finds in the registry, and find it in its log.
	 */
	private String startUnregistered() throws IOException {
		Path settings = Files.createDirectories(this.temp.resolve("config")).resolve("application.properties");
		Files.writeString(settings, "aidis.port.registration.enabled=false\nserver.port=0\n");
		SampleProcess command = start("aidis-command", Map.of());
		return "http://localhost:" + await().atMost(TIMEOUT)
			.until(() -> command.log()
				.replaceAll("(?s).*Tomcat started on port (\\d+) .*Started CommandApplication.*", "$1"),
					(text) -> text.matches("\\d+"));
	}

	private SampleProcess start(String service, Map<String, String> settings) throws IOException {
		Map<String, String> variables = new HashMap<>(Map.of("AIDIS_PORT_REGISTRY", this.registry.path().toString()));
		variables.putAll(settings);
		SampleProcess process = SampleProcess.start(service, this.temp, variables);
		this.processes.add(process);
		return process;
	}

	/**
	 * Start a server that answers 200 to everything.
	 */
	private int server() {
		try {
			HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
			server.createContext("/", (exchange) -> {
				exchange.sendResponseHeaders(200, -1);
				exchange.close();
			});
			server.start();
			this.servers.add(server);
			return server.getAddress().getPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Locator row(Page page, String service) {
		return page.locator("#rows > tr[data-name='" + service + "']");
	}

	private static Locator event(Page page, String kind, String service) {
		return page.locator("#events li." + kind + ":has(b:text-is('" + service + "'))");
	}

	private static void report(String what, long since) {
		System.out.println(
				"Measured: " + what + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since) + " ms");
	}

	/**
	 * Take a picture to look at, where one is asked for.
	 */
	private static void picture(OpenPage open, String name) {
		String folder = System.getenv("AIDIS_PICTURES");
		if (folder != null) {
			open.page().waitForTimeout(20_000);
			open.page().screenshot(new Page.ScreenshotOptions().setPath(Path.of(folder, name + ".png")));
		}
	}

	/**
	 * Many services of this process, registered as any are.
	 */
	private final class Services implements AutoCloseable {

		private static final List<String> NAMES = List.of("gateway", "orders", "stock", "payments", "catalog", "users",
				"search", "invoices", "shipping", "mail", "audit", "pricing", "images", "sessions", "billing",
				"webhooks", "scheduler");

		private static final Map<String, List<String>> CALLS = Map.of("gateway",
				List.of("orders", "users", "catalog", "search"), "orders", List.of("stock", "payments", "pricing"),
				"payments", List.of("billing", "audit"), "catalog", List.of("images", "pricing"), "shipping",
				List.of("orders", "mail"), "billing", List.of("invoices", "mail"), "search", List.of("catalog"),
				"users", List.of("sessions", "directory"));

		private final FilePortRegistry file = new FilePortRegistry(CommandPageIT.this.registry.path(), TIMEOUT);

		Services(int count) {
			for (int i = 0; i < count; i++) {
				String name = NAMES.get(i % NAMES.size());
				int port = server();
				PortRegistration.Builder builder = PortRegistration.builder(name, port)
					.healthEndpoint("/healthz")
					.status(Status.UP)
					.dependsOn((i < NAMES.size()) ? CALLS.getOrDefault(name, List.of()) : List.of());
				this.file.register(((i % 3 == 0) ? ofRange(builder, name, port)
						: builder.metadata(PortRegistration.REQUESTED_PORT, "0")
							.metadata(PortRegistration.ASSIGNED_BY, "no setting, so dynamic"))
					.build());
			}
		}

		private static PortRegistration.Builder ofRange(PortRegistration.Builder builder, String name, int port) {
			return builder.metadata(PortRegistration.REQUESTED_PORT, String.valueOf(port))
				.metadata(PortRegistration.ASSIGNED_BY,
						"environment variable AIDIS_" + name.toUpperCase(Locale.ROOT) + "_PORT, one of 30000-45999")
				.metadata(PortRegistration.RANGE, "30000-45999");
		}

		@Override
		public void close() {
			this.file.close();
		}

	}

}
