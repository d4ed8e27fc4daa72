package dev.aidis.port.discovery;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import dev.aidis.port.PortDiscovery;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.ReservedPort;
import dev.aidis.port.discovery.PortClusters.Cluster;
import dev.aidis.port.registry.file.FilePortRegistry;
import dev.aidis.port.test.InMemoryPortRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@code aidis.port.discovery.trust-for} on a real registry file, with a clock
 * that only the test moves.
 */
class TrustForTests {

	private static final Duration TRUST = Duration.ofMillis(10);

	@TempDir
	Path folder;

	private Path file;

	private FilePortRegistry registry;

	private Process service;

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1);

	private final List<String> lookups = new CopyOnWriteArrayList<>();

	private final List<String> observed = new CopyOnWriteArrayList<>();

	private PortDiscovery discovery;

	@BeforeEach
	void createDiscovery() throws IOException {
		this.file = this.folder.resolve("port-registry.json");
		this.registry = new FilePortRegistry(this.file, Duration.ofSeconds(10));
		this.service = new ProcessBuilder("sleep", "600").start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.service::destroyForcibly));
		this.discovery = discovery(TRUST, this.registry);
	}

	@AfterEach
	void endService() throws InterruptedException {
		this.registry.close();
		kill();
	}

	private PortDiscovery discovery(Duration trustFor, FilePortRegistry registry) {
		return discovery(trustFor, PortClusters.of(registry));
	}

	private PortDiscovery discovery(Duration trustFor, PortClusters clusters) {
		return new RegistryPortDiscovery(clusters, OtherServices.NONE, (name) -> OptionalInt.empty(), this.lookups::add,
				(operation, name) -> {
					this.observed.add(operation + " " + name);
					return LookupObserver.Lookup.IGNORED;
				}, trustFor, this.clock::get);
	}

	@Test
	void serviceThatDiesIsBelievedToLiveForTheTimeThatIsSetAndNoLonger() throws Exception {
		writtenByAnother("stock", 41001, "UP");
		assertThat(port("stock")).contains(41001);
		kill();
		this.clock.addAndGet(TRUST.toNanos() - 1);
		assertThat(port("stock")).contains(41001);
		assertThat(this.discovery.resolve("stock")).hasToString("http://localhost:41001");
		this.clock.addAndGet(1);
		assertThat(port("stock")).isEmpty();
		assertThat(port("stock")).isEmpty();
	}

	@Test
	void timeCountsFromTheLookAndNotFromTheLastAnswer() throws Exception {
		writtenByAnother("stock", 41001, "UP");
		for (int lookup = 0; lookup < 4; lookup++) {
			assertThat(port("stock")).contains(41001);
			this.clock.addAndGet(TRUST.toNanos() / 4);
		}
		kill();
		assertThat(port("stock")).isEmpty();
	}

	@Test
	void withoutATimeEachLookUpAsks() throws Exception {
		this.discovery = discovery(Duration.ZERO, this.registry);
		writtenByAnother("stock", 41001, "UP");
		assertThat(port("stock")).contains(41001);
		assertThat(port("stock")).contains(41001);
		kill();
		assertThat(port("stock")).isEmpty();
		assertThat(this.lookups).containsExactly("stock", "stock", "stock");
		assertThat(this.observed).containsExactly("FIND stock", "FIND stock", "FIND stock");
	}

	@Test
	void changeByThisProcessIsSeenAtOnce() {
		PortRegistration stock = PortRegistration.builder("stock", 41001).status(Status.UP).build();
		this.registry.register(stock);
		assertThat(port("stock")).contains(41001);
		this.registry.register(stock.with((builder) -> builder.port(41002)));
		assertThat(port("stock")).contains(41002);
		try (FilePortRegistry other = new FilePortRegistry(this.file, Duration.ofSeconds(10))) {
			other.deregister(stock.instanceId());
		}
		assertThat(port("stock")).isEmpty();
	}

	@Test
	void serviceThatIsMissingIsFoundAsSoonAsItIsThere() throws Exception {
		assertThat(port("stock")).isEmpty();
		writtenByAnother("stock", 41001, "UP");
		assertThat(port("stock")).contains(41001);
	}

	@Test
	void serviceThatStartsIsNotBelieved() throws Exception {
		writtenByAnother("stock", 41001, "STARTING");
		assertThat(port("stock")).contains(41001);
		writtenByAnother("stock", 41002, "UP");
		assertThat(port("stock")).contains(41002);
	}

	@Test
	void serviceOfAnotherClusterIsNotBelieved() throws Exception {
		try (FilePortRegistry own = new FilePortRegistry(this.folder.resolve("own.json"), Duration.ofSeconds(10))) {
			this.discovery = discovery(TRUST, new PortClusters(
					List.of(new Cluster("own", own, true), new Cluster("other", this.registry, false))));
			writtenByAnother("stock", 41001, "UP");
			assertThat(port("stock")).contains(41001);
			kill();
			assertThat(port("stock")).isEmpty();
		}
	}

	@Test
	void serviceOfThePreferredClusterIsBelievedWhereEachCountsItsChanges() throws Exception {
		try (FilePortRegistry other = new FilePortRegistry(this.folder.resolve("other.json"), Duration.ofSeconds(10))) {
			this.discovery = discovery(TRUST, new PortClusters(
					List.of(new Cluster("own", this.registry, true), new Cluster("other", other, false))));
			writtenByAnother("stock", 41001, "UP");
			assertThat(port("stock")).contains(41001);
			kill();
			assertThat(port("stock")).contains(41001);
		}
	}

	@Test
	void engineThatDoesNotCountItsChangesIsAskedEachTime() {
		InMemoryPortRegistry memory = new InMemoryPortRegistry();
		this.discovery = discovery(TRUST, PortClusters.of(memory));
		PortRegistration stock = memory.register("stock", 41001);
		assertThat(port("stock")).contains(41001);
		memory.crash(stock.instanceId());
		assertThat(port("stock")).isEmpty();
	}

	@Test
	void findAllAndAwaitAskEachTime() throws Exception {
		writtenByAnother("stock", 41001, "UP");
		assertThat(port("stock")).contains(41001);
		assertThat(this.discovery.findAll("stock")).hasSize(1);
		assertThat(this.discovery.await("stock", Duration.ZERO).port()).isEqualTo(41001);
		kill();
		assertThat(port("stock")).contains(41001);
		assertThat(this.discovery.findAll("stock")).isEmpty();
		assertThat(this.observed).containsExactly("FIND stock", "FIND_ALL stock", "AWAIT stock", "FIND_ALL stock");
	}

	@Test
	void instanceThatIsReadyIsBelievedAmongOthers() throws Exception {
		writtenByAnother("stock", 41001, "STARTING");
		append("stock#2", entry("stock", 41002, "UP"));
		assertThat(port("stock")).contains(41002);
		kill();
		assertThat(port("stock")).contains(41002);
	}

	@Test
	void onlyLookUpsThatAskAreObservedAndNotedAsDependencies() throws Exception {
		writtenByAnother("stock", 41001, "UP");
		for (int lookup = 0; lookup < 5; lookup++) {
			this.discovery.resolve("stock");
			this.discovery.find("stock");
		}
		assertThat(this.lookups).containsExactly("stock");
		assertThat(this.observed).containsExactly("RESOLVE stock");
		this.clock.addAndGet(TRUST.toNanos());
		this.discovery.find("stock");
		assertThat(this.lookups).containsExactly("stock", "stock");
		assertThat(this.observed).containsExactly("RESOLVE stock", "FIND stock");
	}

	@Test
	void serviceThatIsDoubtedIsLookedUpAnewWhateverTheCaseOfItsName() throws Exception {
		writtenByAnother("stock", 41001, "UP");
		assertThat(port("Stock")).contains(41001);
		writtenByAnother("stock", 41002, "UP");
		assertThat(port("Stock")).contains(41001);
		this.discovery.doubt("stock");
		assertThat(port("Stock")).contains(41002);
	}

	@Test
	void requestThatIsRefusedIsSentOnceMoreToThePortOfNow() throws Exception {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			RestClient client = RestClient.builder()
				.requestInterceptor(new ServiceRequestInterceptor(this.discovery))
				.build();
			believedAt(stale.number(), server.port());
			assertThat(client.get().uri("aidis://stock/x").retrieve().body(String.class)).isEqualTo("fine");
			WebClient reactive = WebClient.builder().filter(new ServiceExchangeFilterFunction(this.discovery)).build();
			believedAt(stale.number(), server.port());
			assertThat(reactive.get()
				.uri(URI.create("aidis://stock/y"))
				.retrieve()
				.bodyToMono(String.class)
				.block(Duration.ofMinutes(1))).isEqualTo("fine");
			assertThat(server.requests()).containsExactly("GET /x", "GET /y");
		}
	}

	@Test
	void requestThatIsRefusedAndNotSentAgainLeavesNothingBelieved() throws Exception {
		try (ReservedPort stale = new ReservedPort(); TestServer server = TestServer.answering("fine")) {
			RestClient client = RestClient.builder()
				.requestInterceptor(new ServiceRequestInterceptor(this.discovery))
				.build();
			believedAt(stale.number(), server.port());
			assertThatException().isThrownBy(() -> client.post().uri("aidis://stock/x").retrieve().toBodilessEntity());
			assertThat(port("stock")).contains(server.port());
			WebClient reactive = WebClient.builder().filter(new ServiceExchangeFilterFunction(this.discovery)).build();
			believedAt(stale.number(), server.port());
			assertThatException().isThrownBy(() -> reactive.post()
				.uri(URI.create("aidis://stock/y"))
				.retrieve()
				.toBodilessEntity()
				.block(Duration.ofMinutes(1)));
			assertThat(port("stock")).contains(server.port());
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void lookThatBeganBeforeADoubtIsNotBelieved() {
		PortClusters clusters = PortClusters.of(this.registry);
		BelievedAnswers believed = new BelievedAnswers(clusters, TRUST, this.clock::get);
		PortRegistration before = PortRegistration.builder("stock", 41001).build();
		BelievedAnswers.Look early = believed.look();
		believed.forget("stock");
		early.found("stock", before);
		assertThat(believed.find("stock")).isNull();
		believed.look().found("stock", before);
		assertThat(believed.find("stock")).isNotNull();
	}

	@Test
	void olderLookDoesNotReplaceANewerOne() {
		BelievedAnswers believed = new BelievedAnswers(PortClusters.of(this.registry), TRUST, this.clock::get);
		BelievedAnswers.Look early = believed.look();
		this.clock.addAndGet(1);
		believed.look().found("stock", PortRegistration.builder("stock", 41002).build());
		early.found("stock", PortRegistration.builder("stock", 41001).build());
		assertThat(believed.find("stock")).extracting((answer) -> answer.uri().getPort()).isEqualTo(41002);
	}

	private void believedAt(int before, int now) throws IOException {
		this.discovery.doubt("stock");
		writtenByAnother("stock", before, "UP");
		assertThat(port("stock")).contains(before);
		writtenByAnother("stock", now, "UP");
		assertThat(port("stock")).contains(before);
	}

	@Test
	void nameMustNotBeEmpty() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.find(" "));
		assertThatIllegalArgumentException().isThrownBy(() -> this.discovery.resolve(""));
	}

	private Optional<Integer> port(String serviceName) {
		return this.discovery.find(serviceName).map(PortRegistration::port);
	}

	/**
	 * Write an entry of another process, in another program's way: as the file's only
	 * one.
	 */
	private void writtenByAnother(String serviceName, int port, String status) throws IOException {
		write("{ \"" + serviceName + "\": " + entry(serviceName, port, status) + " }");
	}

	private void append(String key, String entry) throws IOException {
		String content = Files.readString(this.file);
		write(content.substring(0, content.lastIndexOf('}')) + ", \"" + key + "\": " + entry + " }");
	}

	private String entry(String serviceName, int port, String status) {
		return "{ \"serviceName\": \"%s\", \"port\": %d, \"pid\": %d, \"startedAt\": \"%s\", \"status\": \"%s\" }"
			.formatted(serviceName, port, this.service.pid(), Instant.now(), status);
	}

	private void write(String content) throws IOException {
		Path temporary = this.folder.resolve("written-by-another");
		Files.writeString(temporary, content);
		Files.move(temporary, this.file, StandardCopyOption.ATOMIC_MOVE);
	}

	private void kill() throws InterruptedException {
		this.service.destroyForcibly().waitFor();
	}

}
