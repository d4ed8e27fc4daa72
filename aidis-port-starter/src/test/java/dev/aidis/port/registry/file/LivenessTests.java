package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.Liveness.Verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assumptions.assumeThat;

class LivenessTests {

	private static final Path PROC = Path.of("/proc");

	private static final String TIME = "time";

	private static final ProcessIdentity SELF = new ProcessIdentity("host", "boot", "ns", TIME, "1000");

	private final TestProcessTable processes = new TestProcessTable();

	private final Map<Integer, LiveSlots.State> slots = new HashMap<>();

	private final Liveness liveness = liveness(this.processes, SELF);

	private Liveness liveness(ProcessTable table, ProcessIdentity self) {
		return new Liveness(table, self, (slot) -> this.slots.getOrDefault(slot, LiveSlots.State.UNKNOWN));
	}

	@Test
	void runningProcessIsLive() {
		this.processes.startTicks.put(42L, "1000");
		assertThat(judge(42, SELF)).isEqualTo(Verdict.LIVE);
	}

	@Test
	void absentProcessIsDead() {
		assertThat(judge(42, SELF)).isEqualTo(Verdict.DEAD);
	}

	@Test
	void absentProcessIsUnknownWhereProcessesAreHidden() {
		this.processes.complete = false;
		assertThat(judge(42, SELF)).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void anotherProcessWithTheSameIdIsDead() {
		this.processes.startTicks.put(42L, "2000");
		assertThat(judge(42, SELF)).isEqualTo(Verdict.DEAD);
	}

	@Test
	void earlierBootOfThisHostIsDead() {
		this.processes.startTicks.put(42L, "1000");
		assertThat(judge(42, new ProcessIdentity("host", "earlier", "ns", TIME, "1000"))).isEqualTo(Verdict.DEAD);
	}

	@Test
	void otherHostIsElsewhere() {
		this.processes.startTicks.put(42L, "1000");
		assertThat(judge(42, new ProcessIdentity("other", "other", "ns", TIME, "1000"))).isEqualTo(Verdict.ELSEWHERE);
	}

	@Test
	void clockThatIsSetChangesNothingForAForeignEntryThatWasSeenAlive() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z")).isEqualTo(Verdict.LIVE);
		this.processes.startedAt = Instant.parse("2026-11-24T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z")).isEqualTo(Verdict.LIVE);
		this.processes.startedAt = Instant.parse("2026-11-22T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z")).isEqualTo(Verdict.LIVE);
		this.processes.startTicks.put(42L, "2000");
		this.processes.startedAt = Instant.parse("2026-11-23T09:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z")).as("another process").isEqualTo(Verdict.SUSPECT);
	}

	@Test
	void ownEntryDoesNotDependOnTheClock() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2036-11-23T08:00:00Z");
		assertThat(judge(42, SELF)).isEqualTo(Verdict.LIVE);
		this.processes.startedAt = Instant.parse("2016-11-23T08:00:00Z");
		assertThat(judge(42, SELF)).isEqualTo(Verdict.LIVE);
	}

	@Test
	void heldByteTellsWherePidsDoNot() {
		this.processes.startTicks.put(42L, "1000");
		ProcessIdentity container = new ProcessIdentity("image", "boot", "container", TIME, "1000");
		ProcessIdentity timeMachine = new ProcessIdentity("host", "boot", "ns", "other time", "9");
		for (ProcessIdentity elsewhere : List.of(container, timeMachine)) {
			this.slots.put(7, LiveSlots.State.HELD);
			assertThat(judgeWithSlot(42, elsewhere, 7)).isEqualTo(Verdict.LIVE);
			this.slots.put(7, LiveSlots.State.FREE);
			assertThat(judgeWithSlot(42, elsewhere, 7)).isEqualTo(Verdict.DEAD);
			this.slots.put(7, LiveSlots.State.UNKNOWN);
			assertThat(judgeWithSlot(42, elsewhere, 7)).isEqualTo(Verdict.UNKNOWN);
		}
	}

	@Test
	void heldByteTellsWhereProcessesAreHidden() {
		this.processes.complete = false;
		this.slots.put(7, LiveSlots.State.HELD);
		assertThat(judgeWithSlot(42, SELF, 7)).isEqualTo(Verdict.LIVE);
		this.slots.put(7, LiveSlots.State.FREE);
		assertThat(judgeWithSlot(42, SELF, 7)).isEqualTo(Verdict.DEAD);
	}

	@Test
	void heldByteProvesNothingAgainstTheProcessItself() {
		this.slots.put(7, LiveSlots.State.HELD);
		assertThat(judgeWithSlot(42, SELF, 7)).isEqualTo(Verdict.DEAD);
	}

	@Test
	void manyEntriesOfOneProcessCostOneQuestion() {
		this.processes.startTicks.put(42L, "1000");
		Liveness now = this.liveness.atThisMoment();
		for (int entry = 0; entry < 10; entry++) {
			assertThat(now.judge(entry(42, SELF))).isEqualTo(Verdict.LIVE);
			assertThat(now.judge(entry(43, SELF))).isEqualTo(Verdict.DEAD);
		}
		assertThat(this.processes.questions).isEqualTo(2);
	}

	@Test
	void judgementOfManyEntriesAtOneMomentIsThatOfEach() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T09:00:00Z");
		RegistryEntry older = foreignEntry(42, "2026-11-23T08:00:00Z", "orders");
		assertThat(this.liveness.atThisMoment().judge(older)).isEqualTo(Verdict.SUSPECT);
		this.processes.thread = true;
		assertThat(this.liveness.atThisMoment().judge(older)).isEqualTo(Verdict.DEAD);
		assertThat(this.liveness.atThisMoment().isDead(older)).isTrue();
		this.processes.startTicks.clear();
		this.processes.complete = false;
		assertThat(this.liveness.atThisMoment().judge(older)).isEqualTo(Verdict.UNKNOWN);
		assertThat(this.liveness.atThisMoment().isDead(older)).isFalse();
	}

	@Test
	void otherPidNamespaceIsUnknown() {
		assertThat(judge(42, new ProcessIdentity("host", "boot", "container", TIME, "1000")))
			.isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void otherHostIsElsewhereWhereBootsHaveNoId() {
		Liveness portable = liveness(this.processes, new ProcessIdentity("host", null, null, TIME, "1000"));
		this.processes.startTicks.put(42L, "1000");
		assertThat(portable.judge(entry(42, new ProcessIdentity("other", null, null, TIME, "1000"))))
			.isEqualTo(Verdict.ELSEWHERE);
		assertThat(portable.judge(entry(42, new ProcessIdentity("host", null, null, TIME, "1000"))))
			.isEqualTo(Verdict.LIVE);
	}

	@Test
	void foreignEntryOfARunningProcessIsLive() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z")).isEqualTo(Verdict.LIVE);
	}

	@Test
	void foreignEntryOlderThanItsProcessIsSuspectAndNotDeadSinceTheClockMayHaveMoved() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T09:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.SUSPECT);
	}

	@Test
	void foreignEntryOfTheFarFutureIsLive() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T09:00:00Z");
		assertThat(judgeForeign(42, "+1000000000-12-31T23:59:59.999999999Z")).isEqualTo(Verdict.LIVE);
	}

	@Test
	void processThatTheSystemDoesNotTellOfIsUnknown(@TempDir Path proc) throws Exception {
		// Reading a folder fails, though not because it is absent.
		Files.createDirectories(proc.resolve("42/stat"));
		Liveness blind = liveness(new LinuxProcessTable(proc), SELF);
		assertThat(blind.judge(entry(42, SELF))).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void foreignEntryOfAnAbsentProcessIsDead() {
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.DEAD);
	}

	@Test
	void foreignEntryOfAThreadIsDead() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.thread = true;
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.DEAD);
	}

	@Test
	void foreignEntryWithoutAPidIsUnknown() {
		assertThat(judgeForeign(0, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableKnowsThisProcessAndNoneThatIsNotThere() throws Exception {
		LinuxProcessTable table = new LinuxProcessTable(PROC);
		long self = ProcessHandle.current().pid();
		assertThat(table.startTicks(self)).matches("\\d+").isEqualTo(table.startTicks(self));
		assertThat(table.startTicks(999_999_999)).isNull();
		assertThat(table.isThread(self)).isFalse();
		assertThat(table.isComplete()).isTrue();
		assertThat(table.startedAt(self)).isEqualTo(ProcessHandle.current().info().startInstant().orElseThrow());
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableTellsThreadsFromProcesses() throws Exception {
		LinuxProcessTable table = new LinuxProcessTable(PROC);
		long self = ProcessHandle.current().pid();
		try (var threads = Files.list(Path.of("/proc/self/task"))) {
			long thread = threads.map((path) -> Long.parseLong(path.getFileName().toString()))
				.filter((id) -> id != self)
				.findAny()
				.orElseThrow();
			assertThat(table.isThread(thread)).isTrue();
		}
	}

	@Test
	void linuxTableReadsAnyCommandNameAndTheStatesOfEndedProcesses(@TempDir Path proc) throws Exception {
		String fields = " 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 77 20 21\n";
		writeStat(proc, 1, "1 (a) b) S" + fields);
		writeStat(proc, 2, "2 (java) Z" + fields);
		writeStat(proc, 3, "3 (java) X" + fields);
		LinuxProcessTable table = new LinuxProcessTable(proc);
		assertThat(table.startTicks(1)).isEqualTo("77");
		assertThat(table.startTicks(2)).isNull();
		assertThat(table.startTicks(3)).isNull();
		assertThat(table.isComplete()).isTrue();
		Files.delete(proc.resolve("1/stat"));
		assertThat(table.isComplete()).isFalse();
	}

	@Test
	void linuxTableTellsOfTheProcessThatHasTheIdNowWhateverItToldBefore(@TempDir Path proc) throws Exception {
		String before = "1 (java) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 ";
		writeStat(proc, 1, before + "77 20 21\n");
		LinuxProcessTable table = new LinuxProcessTable(proc);
		Path stat = proc.resolve("1/stat");
		assertThat(table.startTicks(1)).isEqualTo("77").isSameAs(table.startTicks(1));
		for (String other : List.of("78", "7", "770", "77")) {
			Files.writeString(stat, before + other + " 20 21\n");
			assertThat(table.startTicks(1)).isEqualTo(other);
		}
		Files.writeString(stat, before.replace('S', 'Z') + "77 20 21\n");
		assertThat(table.startTicks(1)).isNull();
		Files.writeString(stat, before + "77 20 21\n");
		assertThat(table.startTicks(1)).isEqualTo("77");
		Files.delete(stat);
		assertThat(table.startTicks(1)).isNull();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableTellsTheEndOfAProcessThatItKnew() throws Exception {
		LinuxProcessTable table = new LinuxProcessTable(PROC);
		try (SleepingProcess process = new SleepingProcess()) {
			assertThat(table.startTicks(process.pid())).isNotNull().isEqualTo(table.startTicks(process.pid()));
			process.end();
			assertThat(table.startTicks(process.pid())).isNull();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableKeepsOpenWhatItIsAskedForWithinASecond() throws Exception {
		AtomicLong clock = new AtomicLong();
		LinuxProcessTable table = new LinuxProcessTable(PROC, 10, clock::get);
		try (SleepingProcess process = new SleepingProcess()) {
			String started = table.startTicks(process.pid());
			assertThat(process.openStats()).isZero();
			clock.addAndGet(999_999_999);
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(process.openStats()).isOne();
			clock.addAndGet(1_000_000_000);
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(process.openStats()).isZero();
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(process.openStats()).isOne();
			clock.addAndGet(999_999_999);
			table.closeIdle();
			assertThat(process.openStats()).isOne();
			clock.addAndGet(1);
			table.closeIdle();
			assertThat(process.openStats()).isZero();
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(process.openStats()).isOne();
			process.end();
			assertThat(table.startTicks(process.pid())).isNull();
			assertThat(process.openStats()).isZero();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableKeepsNoMoreOpenThanItMay() throws Exception {
		AtomicLong clock = new AtomicLong();
		LinuxProcessTable table = new LinuxProcessTable(PROC, 1, clock::get);
		try (SleepingProcess one = new SleepingProcess();
				SleepingProcess two = new SleepingProcess();
				SleepingProcess three = new SleepingProcess()) {
			for (SleepingProcess each : List.of(one, two, one, two)) {
				assertThat(table.startTicks(each.pid())).isNotNull();
			}
			assertThat(one.openStats()).isOne();
			assertThat(two.openStats()).isZero();
			// Nobody asks for the first any more.
			clock.addAndGet(1_000_000_000);
			assertThat(table.startTicks(three.pid())).isNotNull();
			assertThat(one.openStats()).isZero();
			assertThat(table.startTicks(three.pid())).isNotNull();
			assertThat(three.openStats()).isOne();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableKeepsNothingOpenOfWhatItHasForgottenOrOnceItIsClosed() throws Exception {
		LinuxProcessTable table = new LinuxProcessTable(PROC, 10, () -> 0);
		try (SleepingProcess process = new SleepingProcess()) {
			table.startTicks(process.pid());
			table.startTicks(process.pid());
			assertThat(process.openStats()).isOne();
			for (int pid = 2_000_000_000; pid < 2_000_001_000; pid++) {
				assertThat(table.startTicks(pid)).isNull();
			}
			assertThat(process.openStats()).isZero();
			table.startTicks(process.pid());
			String started = table.startTicks(process.pid());
			assertThat(process.openStats()).isOne();
			table.close();
			assertThat(process.openStats()).isZero();
			assertThat(table.startTicks(process.pid())).isNotNull().isEqualTo(started);
			assertThat(table.startTicks(process.pid())).isEqualTo(started);
			assertThat(process.openStats()).isZero();
		}
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxTableTellsManyThreadsTheSameWhateverIsClosedMeanwhile() throws Exception {
		AtomicLong clock = new AtomicLong();
		LinuxProcessTable table = new LinuxProcessTable(PROC, 1, clock::get);
		ExecutorService threads = Executors.newFixedThreadPool(9);
		try (SleepingProcess process = new SleepingProcess(); SleepingProcess other = new SleepingProcess()) {
			Callable<Set<String>> question = () -> {
				Set<String> answers = new HashSet<>();
				for (int i = 0; i < 1000; i++) {
					answers.add(String.valueOf(table.startTicks(process.pid())));
				}
				return answers;
			};
			Callable<Set<String>> closing = () -> {
				for (int i = 0; i < 1000; i++) {
					clock.addAndGet(1_000_000_000);
					table.closeIdle();
				}
				// More than it keeps in mind.
				for (int pid = 2_000_000_000; pid < 2_000_002_000; pid++) {
					table.startTicks(pid);
				}
				return Set.of();
			};
			List<Callable<Set<String>>> tasks = new ArrayList<>(Collections.nCopies(8, question));
			tasks.add(closing);
			Set<String> answers = new HashSet<>();
			for (Future<Set<String>> each : threads.invokeAll(tasks)) {
				answers.addAll(each.get());
			}
			assertThat(answers).containsExactly(new LinuxProcessTable(PROC).startTicks(process.pid()));
			// There is still one place, neither none nor two.
			for (SleepingProcess each : List.of(process, process, other, other)) {
				table.startTicks(each.pid());
			}
			assertThat(process.openStats()).isOne();
			assertThat(other.openStats()).isZero();
			table.close();
			assertThat(process.openStats()).isZero();
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void linuxTableGoesOnWithMoreProcessesThanItKeepsInMind(@TempDir Path proc) throws Exception {
		LinuxProcessTable table = new LinuxProcessTable(proc);
		for (int pid = 1; pid <= 2100; pid++) {
			assertThat(table.startTicks(pid)).isNull();
		}
		writeStat(proc, 1, "1 (java) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 77 20 21\n");
		assertThat(table.startTicks(1)).isEqualTo("77");
	}

	@Test
	void portableTableKnowsThisProcessAndNoneThatIsNotThere() throws Exception {
		PortableProcessTable table = new PortableProcessTable();
		assertThat(table.startTicks(ProcessHandle.current().pid())).matches("\\d+");
		assertThat(table.startTicks(999_999_999)).isNull();
		assertThat(table.isThread(ProcessHandle.current().pid())).isFalse();
		assertThat(table.isComplete()).isTrue();
	}

	@ParameterizedTest
	@CsvSource({ "rw,true", "'rw,hidepid=0',true", "'rw,hidepid=off',true", "'rw,hidepid=2',false",
			"'rw,gid=5,hidepid=invisible',false" })
	void linuxTableIsNotCompleteWhereProcessesAreHiddenAndTheFirstIsOurOwn(String options, boolean complete,
			@TempDir Path proc) throws Exception {
		hideProcesses(proc, options);
		assertThat(new LinuxProcessTable(proc).isComplete()).isEqualTo(complete);
	}

	@Test
	void foreignEntryOfAnAbsentProcessIsUnknownWhereProcessesAreHidden() {
		this.processes.complete = false;
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void foreignEntryIsLiveWhereNobodyTellsWhenItWasWrittenOrItsProcessStarted() {
		this.processes.startTicks.put(42L, "1000");
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.LIVE);
		this.processes.startTicks.put(43L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T09:00:00Z");
		assertThat(judgeForeign(43, "some day")).isEqualTo(Verdict.LIVE);
	}

	@Test
	void foreignEntryMayBeTwoSecondsOlderThanItsProcess() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T08:00:02Z");
		assertThat(judgeForeign(42, "2026-11-23T07:59:59.999Z")).isEqualTo(Verdict.SUSPECT);
		assertThat(judgeForeign(42, "2026-11-23T08:00:00Z")).isEqualTo(Verdict.LIVE);
	}

	@Test
	void ofForeignEntriesTenThousandAreRememberedAsSeenAlive() {
		this.processes.startTicks.put(42L, "1000");
		this.processes.startedAt = Instant.parse("2026-11-23T08:00:00Z");
		for (int entry = 0; entry < 10_000; entry++) {
			assertThat(judgeForeign(42, "2026-11-23T08:00:01Z", "service-" + entry)).isEqualTo(Verdict.LIVE);
		}
		this.processes.startedAt = Instant.parse("2026-11-24T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z", "service-0")).isEqualTo(Verdict.LIVE);
		this.processes.startedAt = Instant.parse("2026-11-23T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z", "one more")).isEqualTo(Verdict.LIVE);
		this.processes.startedAt = Instant.parse("2026-11-24T08:00:00Z");
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z", "one more")).isEqualTo(Verdict.LIVE);
		assertThat(judgeForeign(42, "2026-11-23T08:00:01Z", "service-0")).as("forgotten").isEqualTo(Verdict.SUSPECT);
	}

	@Test
	void bootThatOnlyOneOfTheTwoCanTellProvesNothing() {
		this.processes.startTicks.put(42L, "1000");
		this.slots.put(7, LiveSlots.State.HELD);
		ProcessIdentity bootless = new ProcessIdentity("host", null, "ns", TIME, "1000");
		assertThat(judge(42, bootless)).isEqualTo(Verdict.UNKNOWN);
		assertThat(judgeWithSlot(42, bootless, 7)).isEqualTo(Verdict.LIVE);
		Liveness blind = liveness(this.processes, bootless);
		assertThat(blind.judge(entry(42, SELF))).isEqualTo(Verdict.UNKNOWN);
	}

	@Test
	void heldByteTellsOfAProcessThatCouldNotTellItsStart() {
		this.processes.startTicks.put(42L, "1000");
		ProcessIdentity startless = new ProcessIdentity("host", "boot", "ns", TIME, null);
		this.slots.put(7, LiveSlots.State.FREE);
		assertThat(judgeWithSlot(42, startless, 7)).isEqualTo(Verdict.DEAD);
	}

	@Test
	void instanceIsRegisteredWhileItsProcessRunsAndItsByteIsHeld() {
		this.processes.startTicks.put(42L, "1000");
		RegistryEntry withoutSlot = entry(42, SELF);
		RegistryEntry withSlot = entry(42, SELF);
		withSlot.json().put("slot", 7);
		assertThat(this.liveness.isRegistered(withoutSlot)).isTrue();
		assertThat(this.liveness.isRegistered(withSlot)).isFalse();
		this.slots.put(7, LiveSlots.State.HELD);
		assertThat(this.liveness.isRegistered(withSlot)).isTrue();
		this.processes.startTicks.clear();
		assertThat(this.liveness.isRegistered(withSlot)).isFalse();
		assertThat(this.liveness.isRegistered(withoutSlot)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1 (java", "1 (java) S", "1 (java) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18" })
	void linuxTableKnowsNothingOfAProcessWhoseStatIsCutOff(String stat, @TempDir Path proc) throws Exception {
		writeStat(proc, 1, stat);
		assertThatIOException().isThrownBy(() -> new LinuxProcessTable(proc).startTicks(1))
			.withMessage("The system tells nothing of process 1");
	}

	@Test
	void linuxTableTakesAProcessThatEndsWhileItIsReadForAbsentAndAnyOtherErrorForNoAnswer(@TempDir Path proc)
			throws Exception {
		writeStat(proc, 1, "1 (java) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 77");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(proc);
		LinuxProcessTable table = new LinuxProcessTable(fileSystem.path(""));
		assertThat(table.startTicks(1)).isEqualTo("77");
		fileSystem.before("read stat", () -> {
			throw new IOException(proc + "/1/stat: No such process");
		});
		assertThat(table.startTicks(1)).isNull();
		fileSystem.before("read stat", () -> {
			throw new IOException("Too many open files");
		});
		assertThatIOException().isThrownBy(() -> table.startTicks(1)).withMessage("Too many open files");
	}

	@Test
	void linuxTableTakesAnAbsentProcessForNoThread(@TempDir Path proc) throws Exception {
		assertThat(new LinuxProcessTable(proc).isThread(1)).isFalse();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void linuxTableIsCompleteWhereProcessesAreHiddenButTheFirstOfAnotherUserIsNot(@TempDir Path proc) throws Exception {
		hideProcesses(proc, "rw,hidepid=2");
		assumeThat(Files.getAttribute(proc, "unix:uid")).as("only root may give files away").isEqualTo(0);
		Files.setAttribute(proc.resolve("1"), "unix:uid", 54321);
		assertThat(new LinuxProcessTable(proc).isComplete()).isTrue();
	}

	@Test
	void linuxTableIsNotCompleteWhereProcessesAreHiddenAndNobodyTellsWhoseTheFirstIs(@TempDir Path proc)
			throws Exception {
		hideProcesses(proc, "rw,hidepid=2");
		FaultyFileSystem fileSystem = FaultyFileSystem.over(proc);
		fileSystem.before("getOwner 1", () -> {
			throw new IOException("planted failure");
		});
		assertThat(new LinuxProcessTable(fileSystem.path("")).isComplete()).isFalse();
	}

	@Test
	@EnabledOnOs(OS.LINUX)
	void linuxIsReadThroughItsFilesAndAnyOtherSystemThroughTheJdk(@TempDir Path proc) {
		assertThat(ProcessTable.system()).isInstanceOf(LinuxProcessTable.class);
		assertThat(ProcessTable.system(proc)).isInstanceOf(PortableProcessTable.class);
	}

	private static void hideProcesses(Path proc, String options) throws Exception {
		writeStat(proc, 1, "1 (java) S");
		Files.createDirectories(proc.resolve("self"));
		Files.writeString(proc.resolve("self/mountinfo"),
				"22 28 0:20 / /proc rw,nosuid shared:12 - proc proc " + options + "\n");
	}

	private static void writeStat(Path proc, int pid, String stat) throws Exception {
		Path folder = Files.createDirectory(proc.resolve(Integer.toString(pid)));
		Files.writeString(folder.resolve("stat"), stat, StandardCharsets.ISO_8859_1);
	}

	private Verdict judge(long pid, ProcessIdentity identity) {
		return this.liveness.judge(entry(pid, identity));
	}

	private Verdict judgeForeign(long pid, String startedAt) {
		return judgeForeign(pid, startedAt, "orders");
	}

	private Verdict judgeForeign(long pid, String startedAt, String key) {
		return this.liveness.judge(foreignEntry(pid, startedAt, key));
	}

	private static RegistryEntry foreignEntry(long pid, String startedAt, String key) {
		ObjectNode json = entry(pid, new ProcessIdentity(null, null, null, null, null)).json();
		json.put("startedAt", startedAt);
		return new RegistryEntry(key, key, json);
	}

	private Verdict judgeWithSlot(long pid, ProcessIdentity identity, int slot) {
		RegistryEntry entry = entry(pid, identity);
		entry.json().put("slot", slot);
		return this.liveness.judge(entry);
	}

	private static RegistryEntry entry(long pid, ProcessIdentity identity) {
		PortRegistration registration = PortRegistration.builder("orders", 41873).pid(pid).build();
		ObjectNode json = RegistryEntry.toJson(registration, identity, null);
		return new RegistryEntry("orders", "orders", json);
	}

	private static final class TestProcessTable implements ProcessTable {

		private final Map<Long, String> startTicks = new HashMap<>();

		private int questions;

		private boolean complete = true;

		private boolean thread;

		private @Nullable Instant startedAt;

		@Override
		public @Nullable String startTicks(long pid) {
			this.questions++;
			return this.startTicks.get(pid);
		}

		@Override
		public @Nullable Instant startedAt(long pid) {
			return this.startedAt;
		}

		@Override
		public boolean isThread(long pid) {
			return this.thread;
		}

		@Override
		public boolean isComplete() {
			return this.complete;
		}

	}

}
