package dev.aidis.port.registry.etcd;

import java.util.List;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import org.jspecify.annotations.Nullable;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistryException;

/**
 * Writes and removes entries, and never touches one of another application: each change
 * is made only if the entry is still the one that was looked at.
 */
final class EtcdWriter {

	/**
	 * How often to look again when somebody else was quicker.
	 */
	private static final int ATTEMPTS = 10;

	private final EtcdSettings settings;

	private final EtcdLease lease;

	EtcdWriter(EtcdSettings settings, EtcdLease lease) {
		this.settings = settings;
		this.lease = lease;
	}

	/**
	 * Put an entry, under a new lease if the present one is gone.
	 * @throws EtcdFailureException if etcd does not
	 * @throws PortRegistryException if another application has it
	 */
	void put(EtcdConnection connection, String key, PortRegistration registration, ByteSequence value) {
		try {
			putOnce(connection, key, registration, value);
		}
		catch (EtcdFailureException ex) {
			if (!ex.isLeaseGone()) {
				throw ex;
			}
			this.lease.lost();
			putOnce(connection, key, registration, value);
		}
	}

	private void putOnce(EtcdConnection connection, String key, PortRegistration registration, ByteSequence value) {
		long id = this.lease.require(connection);
		PutOption option = PutOption.builder().withLeaseId(id).build();
		EtcdEntry known = known(connection, key);
		long created = (known != null) ? known.created() : 0;
		long modified = (known != null) ? known.modified() : 0;
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Found found = change(connection, key, modified, Op.put(bytes(key), value, option));
			long revision = found.revision();
			if (found.changed()) {
				EtcdEntry entry = new EtcdEntry(key, registration, value, (created != 0) ? created : revision, revision,
						id);
				connection.view().change(key, entry, revision);
				return;
			}
			KeyValue present = found.present();
			requireOurs(key, present);
			created = (present != null) ? present.getCreateRevision() : 0;
			modified = (present != null) ? present.getModRevision() : 0;
		}
		throw changedAgain(key);
	}

	/**
	 * Return our entry as it was last known to be. What is not ours is looked at again.
	 */
	private @Nullable EtcdEntry known(EtcdConnection connection, String key) {
		EtcdEntry known = connection.view().find(key);
		return (known != null && this.lease.isOurs(known.lease())) ? known : null;
	}

	private void requireOurs(String key, @Nullable KeyValue present) {
		if (present != null && !this.lease.isOurs(present.getLease())) {
			EtcdEntry entry = EtcdEntry.read(this.settings.folder(), present);
			throw new PortRegistryException("The key " + key + " of the port registry " + this.settings.location()
					+ " is another application's"
					+ ((entry != null) ? ", process " + entry.registration().pid() + " at " + entry.registration().uri()
							: "")
					+ ". It is taken over when that one has ended; two applications must not have the same "
					+ "instance id", null);
		}
	}

	/**
	 * Remove an entry, unless it is another application's.
	 * @throws EtcdFailureException if etcd does not
	 */
	void delete(EtcdConnection connection, String key) {
		EtcdEntry known = known(connection, key);
		long modified = (known != null) ? known.modified() : 0;
		for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
			Found found = change(connection, key, modified, Op.delete(bytes(key), DeleteOption.DEFAULT));
			KeyValue present = found.present();
			if (found.changed()) {
				connection.view().change(key, null, found.revision());
				return;
			}
			if (present != null && !this.lease.isOurs(present.getLease())) {
				return;
			}
			modified = (present != null) ? present.getModRevision() : 0;
		}
		throw changedAgain(key);
	}

	private PortRegistryException changedAgain(String key) {
		return new PortRegistryException("The key " + key + " of the port registry " + this.settings.location()
				+ " is changed by somebody else again and again", null);
	}

	/**
	 * Change a key if it was modified last when we think it was; 0 means that it is not
	 * there.
	 */
	private static Found change(EtcdConnection connection, String key, long modified, Op change) {
		TxnResponse response = connection.transact(connection.client()
			.getKVClient()
			.txn()
			.If(new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.modRevision(modified)))
			.Then(change)
			.Else(Op.get(bytes(key), GetOption.DEFAULT)));
		List<KeyValue> present = response.isSucceeded() ? List.of() : response.getGetResponses().get(0).getKvs();
		return new Found(response.isSucceeded(), response.getHeader().getRevision(),
				present.isEmpty() ? null : present.get(0));
	}

	private static ByteSequence bytes(String key) {
		return EtcdEntry.bytes(key);
	}

	/**
	 * What became of a change.
	 *
	 * @param changed whether it was made
	 * @param revision when
	 * @param present what is there instead of what was thought
	 */
	private record Found(boolean changed, long revision, @Nullable KeyValue present) {

	}

}
