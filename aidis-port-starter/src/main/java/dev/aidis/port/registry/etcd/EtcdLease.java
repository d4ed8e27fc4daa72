package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * The lease that all instances of this application live by: they end together, so one
 * sign of life is enough for all of them. It is there while there are instances. Used by
 * one thread.
 */
final class EtcdLease {

	private static final Log logger = LogFactory.getLog(EtcdLease.class);

	private final EtcdSettings settings;

	/**
	 * Its predecessors. What lives by one of them is ours, too.
	 */
	private final Set<Long> former = new HashSet<>();

	private long id;

	EtcdLease(EtcdSettings settings) {
		this.settings = settings;
	}

	/**
	 * Return the id of the lease, which is granted if there is none.
	 * @throws EtcdFailureException if it is not
	 */
	long require(EtcdConnection connection) {
		if (this.id == 0) {
			this.id = connection
				.await(connection.client()
					.getLeaseClient()
					.grant(this.settings.leaseSeconds(), timeoutMillis(), TimeUnit.MILLISECONDS))
				.getID();
		}
		return this.id;
	}

	private long timeoutMillis() {
		return Math.max(1, this.settings.requestTimeout().toMillis());
	}

	/**
	 * Tell whether what lives by a lease is this application's, or nobody's: a value
	 * without a lease was written by a person.
	 */
	boolean isOurs(long lease) {
		return lease == 0 || lease == this.id || this.former.contains(lease);
	}

	/**
	 * Give a sign of life, if there is a lease. If it is gone, because the signs came too
	 * late, the next one that is required is another.
	 * @throws EtcdFailureException if the sign does not arrive
	 */
	void keepAlive(EtcdConnection connection) {
		if (this.id != 0) {
			try {
				connection.await(connection.client().getLeaseClient().keepAliveOnce(this.id));
			}
			catch (EtcdFailureException ex) {
				if (!ex.isLeaseGone()) {
					throw ex;
				}
				lost();
			}
		}
	}

	void lost() {
		if (this.id != 0) {
			logger.debug("The lease " + Long.toHexString(this.id) + " has expired; another one is asked for");
			this.former.add(this.id);
			this.id = 0;
		}
	}

	/**
	 * Give the lease back, with all that lives by it. Where that fails it ends by itself.
	 */
	void end(EtcdConnection connection) {
		if (this.id != 0) {
			long ended = this.id;
			lost();
			try {
				connection.await(connection.client().getLeaseClient().revoke(ended));
			}
			catch (EtcdFailureException ex) {
				logger.debug("The lease " + Long.toHexString(ended) + " could not be revoked and ends within "
						+ Duration.ofSeconds(this.settings.leaseSeconds()), ex);
			}
		}
	}

}
