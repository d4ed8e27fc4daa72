package dev.aidis.port.registry.etcd;

import java.net.URI;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Says which members to connect to. At the start these are all of them, so that one which
 * is down keeps nobody waiting. Requests then go to each in turn, also to one that has
 * lost the others and fails them all. So what follows a connection that has ended is one
 * member alone, and another one each time, and now and then all of them. Used by one
 * thread.
 */
final class EtcdMembers {

	private final List<URI> all;

	private int attempt;

	private int next;

	EtcdMembers(List<URI> all) {
		this(all, ThreadLocalRandom.current().nextInt(all.size()));
	}

	/**
	 * Create members.
	 * @param all all of them
	 * @param first the number of the one that is tried first alone
	 */
	EtcdMembers(List<URI> all, int first) {
		this.all = List.copyOf(all);
		this.next = first;
	}

	/**
	 * Return which ones to try next.
	 */
	List<URI> choose() {
		if (this.attempt++ % this.all.size() == 0) {
			return this.all;
		}
		return List.of(this.all.get(this.next++ % this.all.size()));
	}

	/**
	 * Note that those which were chosen last answer.
	 */
	void answered() {
		this.attempt = 1;
	}

}
