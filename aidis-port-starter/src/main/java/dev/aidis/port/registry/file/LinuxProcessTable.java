package dev.aidis.port.registry.file;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Reads {@code /proc/<pid>/stat}, see {@code proc_pid_stat(5)}: field 3 is the state,
 * field 22 the time of the start in clock ticks since the system booted. Both are exact,
 * and changes of the system's clock don't touch them.
 */
final class LinuxProcessTable implements ProcessTable {

	private static final String ENDED_STATES = "ZXx";

	/**
	 * The text of {@code ESRCH}.
	 */
	private static final String ENDED_WHILE_READING = "No such process";

	/**
	 * See {@code proc_pid_mountinfo(5)}: the file system's type and its options stand
	 * behind a dash.
	 */
	private static final Pattern HIDING = Pattern.compile(" - proc .*\\bhidepid=(?!0|off)");

	private static final int STATE = 0;

	private static final int START_TICKS = 19;

	private static final int MAX_KNOWN = 1000;

	/**
	 * How many files to keep open.
	 */
	private static final int MAX_OPEN = 100;

	/**
	 * Where the system itself shows its processes. There, a file that is open tells the
	 * truth until the process is gone, and an error after it.
	 */
	private static final Path SYSTEM = Path.of("/proc");

	private final Path proc;

	private final boolean quick;

	/**
	 * How many more files may stay open.
	 */
	private final Semaphore places;

	private final LongSupplier clock;

	/**
	 * Where the processes are that were asked for, and the files that are open. It tells
	 * nothing of the processes.
	 */
	private final Map<Long, ProcessStat> known = new ConcurrentHashMap<>();

	private volatile boolean closed;

	LinuxProcessTable(Path proc) {
		this(proc, proc.equals(SYSTEM) ? MAX_OPEN : 0, System::nanoTime);
	}

	LinuxProcessTable(Path proc, int maxOpen, LongSupplier clock) {
		this.proc = proc;
		this.quick = proc.getFileSystem().equals(FileSystems.getDefault());
		this.places = new Semaphore(maxOpen);
		this.clock = clock;
	}

	/**
	 * Most entries are those of processes that run, which is found out quickly. What else
	 * may be, is looked at thoroughly.
	 */
	@Override
	public @Nullable String startTicks(long pid) throws IOException {
		String running = this.quick ? known(pid).startTicks() : null;
		return (running != null) ? running : readStartTicks(pid);
	}

	private ProcessStat known(long pid) {
		ProcessStat stat = this.known.get(pid);
		if (stat == null) {
			if (this.known.size() >= MAX_KNOWN) {
				forget();
			}
			if (this.places.availablePermits() == 0) {
				closeIdle();
			}
			ProcessStat created = new ProcessStat(path(pid, "stat").toFile(), this.places, this.clock);
			stat = Objects.requireNonNullElse(this.known.putIfAbsent(pid, created), created);
			if (this.closed) {
				forget();
			}
		}
		return stat;
	}

	private void forget() {
		this.known.forEach((pid, stat) -> {
			this.known.remove(pid, stat);
			stat.close();
		});
	}

	@Override
	public void closeIdle() {
		this.known.values().forEach(ProcessStat::closeIfIdle);
	}

	@Override
	public void close() {
		this.closed = true;
		forget();
	}

	private @Nullable String readStartTicks(long pid) throws IOException {
		String stat = read(pid, "stat");
		if (stat == null) {
			return null;
		}
		// The second field is the command in parentheses; it may hold any character.
		int end = stat.lastIndexOf(')');
		String[] fields = (end != -1) ? stat.substring(end + 1).strip().split(" ", -1) : new String[0];
		if (fields.length <= START_TICKS) {
			throw new IOException("The system tells nothing of process " + pid);
		}
		return ENDED_STATES.contains(fields[STATE]) ? null : fields[START_TICKS];
	}

	@Override
	public boolean isThread(long pid) throws IOException {
		String status = read(pid, "status");
		return status != null && status.lines()
			.anyMatch((line) -> line.startsWith("Tgid:") && !line.substring(5).strip().equals(Long.toString(pid)));
	}

	/**
	 * Read a file of a process. Only its absence tells that the process is not there; any
	 * other error, such as too many open files, tells nothing.
	 */
	private @Nullable String read(long pid, String name) throws IOException {
		try {
			return Files.readString(path(pid, name), StandardCharsets.ISO_8859_1);
		}
		catch (NoSuchFileException ex) {
			return null;
		}
		catch (IOException ex) {
			if (String.valueOf(ex.getMessage()).endsWith(ENDED_WHILE_READING)) {
				return null;
			}
			throw ex;
		}
	}

	private Path path(long pid, String name) {
		return this.proc.resolve(Long.toString(pid)).resolve(name);
	}

	/**
	 * Process 1 is there on every system; where it cannot be seen, {@code /proc} hides
	 * the processes of others ({@code hidepid}, see {@code proc(5)}). In a container it
	 * may be our own, and then tells nothing of others.
	 */
	@Override
	public boolean isComplete() {
		return Files.exists(this.proc.resolve("1/stat")) && !(isHiding() && isOwn("1"));
	}

	private boolean isHiding() {
		try (Stream<String> mounts = Files.lines(this.proc.resolve("self/mountinfo"), StandardCharsets.ISO_8859_1)) {
			return mounts.anyMatch((mount) -> HIDING.matcher(mount).find());
		}
		catch (IOException | UncheckedIOException ex) {
			return false;
		}
	}

	private boolean isOwn(String pid) {
		try {
			return Files.getOwner(this.proc.resolve(pid)).equals(Files.getOwner(this.proc.resolve("self")));
		}
		catch (IOException ex) {
			return true;
		}
	}

}
