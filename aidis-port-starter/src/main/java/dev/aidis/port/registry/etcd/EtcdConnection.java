package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Txn;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.ClosedClientException;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * A connection to etcd, from reading what is there to the first thing that goes wrong.
 * Then it is over, and another one is made, which reads everything anew: whatever has
 * happened meanwhile, compacted, lost or restored from a backup, is then right again.
 */
final class EtcdConnection implements AutoCloseable {

	private final Client client;

	private final EtcdSettings settings;

	private final EtcdGarbage garbage;

	private final EtcdView view;

	private final Consumer<String> changed;

	private final Runnable broke;

	private final Watch.Watcher watcher;

	/**
	 * Is completed by the next thing that the watch says.
	 */
	private volatile CompletableFuture<Void> said = new CompletableFuture<>();

	private volatile @Nullable Throwable broken;

	/**
	 * Whether it concerns anybody that the connection breaks.
	 */
	private volatile boolean open;

	/**
	 * Connect, read what is there, and watch it.
	 * @param clients makes a client
	 * @param settings the settings
	 * @param garbage is told what is no entry
	 * @param changed is told the keys of entries that somebody has changed
	 * @param broke is told when the connection is over
	 * @throws EtcdFailureException if that does not succeed
	 */
	EtcdConnection(EtcdClients clients, EtcdSettings settings, EtcdGarbage garbage, Consumer<String> changed,
			Runnable broke) {
		this.client = clients.create(this::tellBroken);
		this.settings = settings;
		this.garbage = garbage;
		this.changed = changed;
		this.broke = broke;
		try {
			ByteSequence folder = EtcdEntry.bytes(settings.folder());
			GetResponse response = read(folder);
			long revision = response.getHeader().getRevision();
			this.view = new EtcdView(entries(response.getKvs()), revision);
			CompletableFuture<Void> created = this.said;
			this.watcher = this.client.getWatchClient().watch(folder, watchFrom(revision + 1), new Listener());
			EtcdFailureException.await(created, settings.requestTimeout());
			this.open = true;
			requireUnbroken();
		}
		catch (RuntimeException | Error ex) {
			this.client.close();
			throw ex;
		}
	}

	/**
	 * Only when jetcd is through with it: a client that is closed meanwhile complains.
	 */
	private void tellBroken() {
		if (this.open && this.broken != null) {
			this.broke.run();
		}
	}

	private void requireUnbroken() {
		Throwable cause = this.broken;
		if (cause != null) {
			throw new EtcdFailureException(cause);
		}
	}

	/**
	 * In a transaction, since jetcd logs a warning for each other read that fails, and we
	 * try again every second.
	 */
	private GetResponse read(ByteSequence folder) {
		return transact(
				this.client.getKVClient().txn().Then(Op.get(folder, GetOption.builder().isPrefix(true).build())))
			.getGetResponses()
			.get(0);
	}

	/**
	 * A member that has lost the others must not go on as if nothing had happened.
	 */
	private static WatchOption watchFrom(long revision) {
		return WatchOption.builder()
			.isPrefix(true)
			.withRevision(revision)
			.withCreateNotify(true)
			.withRequireLeader(true)
			.build();
	}

	private List<EtcdEntry> entries(List<KeyValue> pairs) {
		return pairs.stream().flatMap((pair) -> Stream.ofNullable(read(pair))).toList();
	}

	private @Nullable EtcdEntry read(KeyValue pair) {
		EtcdEntry entry = EtcdEntry.read(this.settings.folder(), pair);
		if (entry == null) {
			this.garbage.found(pair);
		}
		return entry;
	}

	EtcdView view() {
		return this.view;
	}

	Client client() {
		return this.client;
	}

	TxnResponse transact(Txn transaction) {
		return await(transaction.commit());
	}

	<T> T await(CompletableFuture<T> answer) {
		return EtcdFailureException.await(answer, this.settings.requestTimeout());
	}

	/**
	 * Return what has ended the connection.
	 * @return the cause, or {@code null} if it goes on
	 */
	@Nullable Throwable broken() {
		return this.broken;
	}

	/**
	 * Check that the watch is alive: one over a dead connection is as silent as one that
	 * has nothing to tell.
	 * @throws EtcdFailureException if it does not answer
	 */
	void check() {
		CompletableFuture<Void> answer = new CompletableFuture<>();
		this.said = answer;
		this.watcher.requestProgress();
		await(answer);
	}

	@Override
	public void close() {
		this.open = false;
		this.client.close();
	}

	private final class Listener implements Watch.Listener {

		@Override
		public void onNext(WatchResponse response) {
			response.getEvents().forEach(this::apply);
			EtcdConnection.this.said.complete(null);
		}

		private void apply(WatchEvent event) {
			KeyValue pair = event.getKeyValue();
			String key = pair.getKey().toString(StandardCharsets.UTF_8);
			EtcdEntry entry = (event.getEventType() == WatchEvent.EventType.PUT) ? read(pair) : null;
			EtcdConnection.this.view.tell(key, entry, pair.getModRevision());
			EtcdConnection.this.changed.accept(key);
		}

		@Override
		public void onError(Throwable ex) {
			end(ex);
		}

		@Override
		public void onCompleted() {
			end(new ClosedClientException("The watch has ended"));
		}

		private void end(Throwable cause) {
			if (EtcdConnection.this.broken == null) {
				EtcdConnection.this.broken = Objects.requireNonNull(cause);
				EtcdConnection.this.said.completeExceptionally(cause);
			}
		}

	}

}
