package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

import dev.aidis.port.DuplicateServiceException;
import dev.aidis.port.PortRegistration;
import dev.aidis.port.registry.file.Liveness.Verdict;
import dev.aidis.port.registry.file.RegistryReader.Snapshot;

/**
 * The rules by which an instance of this process gets into the document: under which key,
 * what becomes of other instances of its name, and which byte of the {@link LiveSlots} it
 * holds.
 */
final class OwnEntries {

	private static final int MAX_REPLACED = 100;

	private final RegistryStorage storage;

	private final ProcessIdentity self;

	private final OnDuplicate onDuplicate;

	OwnEntries(RegistryStorage storage, ProcessIdentity self, OnDuplicate onDuplicate) {
		this.storage = storage;
		this.self = self;
		this.onDuplicate = onDuplicate;
	}

	/**
	 * Tell whether an instance's entry is in the file as it should be, its byte is held
	 * and the file in order.
	 */
	boolean isIntact(OwnInstance own, Snapshot snapshot) throws IOException {
		String name = own.registration().serviceName();
		List<RegistryEntry> entries = new ArrayList<>();
		for (RegistryEntry entry : snapshot.entries(name)) {
			if (own.id().equals(entry.instanceId())) {
				entries.add(entry);
			}
		}
		return snapshot.problem() == null && snapshot.document().values().containsKey(name) && entries.size() == 1
				&& entries.get(0).json().equals(own.toJson(this.self, entries.get(0).json())) && holdsSlot(own);
	}

	private boolean holdsSlot(OwnInstance own) throws IOException {
		Integer slot = own.slot();
		return slot == null || slots().holds(slot);
	}

	private LiveSlots slots() throws IOException {
		return LiveSlots.of(this.storage.file());
	}

	/**
	 * Find the live instance that took the place of another.
	 */
	@Nullable RegistryEntry successor(OwnInstance own, List<RegistryEntry> namesakes, Liveness liveness) {
		for (RegistryEntry entry : namesakes) {
			if (entry.replaces().contains(own.id()) && liveness.isLive(entry)) {
				return entry;
			}
		}
		return null;
	}

	/**
	 * Put an instance's entry into the document. Call it while holding the registry's
	 * lock.
	 * @throws DuplicateServiceException if it must not be there beside others of its name
	 */
	void put(RegistryDocument document, OwnInstance own, Liveness liveness) throws IOException {
		if (find(document, own) == null && !own.isEstablished()) {
			acceptDuplicates(document, own, liveness);
		}
		ensureSlot(document, own);
		document.removeIf((entry) -> isImpostor(entry, own));
		String name = own.registration().serviceName();
		document.demote(name, (entry) -> liveness.judge(entry) == Verdict.SUSPECT);
		RegistryEntry previous = find(document, own);
		ObjectNode json = own.toJson(this.self, (previous != null) ? previous.json() : null);
		if (previous != null) {
			document.put(previous.key(), json);
			document.removeIf((entry) -> own.id().equals(entry.instanceId()) && !entry.key().equals(previous.key()));
			document.promoteReplica(name);
		}
		else {
			document.add(name, json);
		}
	}

	private static @Nullable RegistryEntry find(RegistryDocument document, OwnInstance own) {
		RegistryEntry entry = document.find(own.id());
		return (entry != null) ? entry : findStripped(document, own.registration());
	}

	/**
	 * Find an instance's entry after a program that knows only the five first fields has
	 * rewritten it.
	 */
	private static @Nullable RegistryEntry findStripped(RegistryDocument document, PortRegistration registration) {
		for (RegistryEntry entry : document.entries(registration.serviceName())) {
			if (entry.instanceId() == null && entry.pid() == registration.pid()) {
				PortRegistration stripped = entry.toRegistration();
				if (stripped != null && stripped.port() == registration.port()) {
					return entry;
				}
			}
		}
		return null;
	}

	private void acceptDuplicates(RegistryDocument document, OwnInstance own, Liveness liveness) {
		if (this.onDuplicate == OnDuplicate.REPLICATE) {
			return;
		}
		String name = own.registration().serviceName();
		List<RegistryEntry> others = document.entries(name)
			.stream()
			.filter((entry) -> entry.toRegistration() != null && liveness.isLive(entry))
			.toList();
		if (this.onDuplicate == OnDuplicate.FAIL && !others.isEmpty()) {
			throw new DuplicateServiceException(Objects.requireNonNull(others.get(0).toRegistration()),
					this.storage.file().toString());
		}
		// Also those whom the others have replaced: they would come back.
		own.replace(others.stream()
			.flatMap((entry) -> Stream.concat(Stream.ofNullable(entry.instanceId()), entry.replaces().stream()))
			.limit(MAX_REPLACED)
			.collect(Collectors.toUnmodifiableSet()));
		Set<String> keys = others.stream().map(RegistryEntry::key).collect(Collectors.toSet());
		document.removeIf((entry) -> keys.contains(entry.key()));
	}

	/**
	 * Tell whether an entry names the byte that another instance holds. It is out of
	 * date: its instance gave the byte back when it was removed.
	 */
	private boolean isImpostor(RegistryEntry entry, OwnInstance own) {
		Integer slot = own.slot();
		return slot != null && slot.equals(entry.slot()) && !own.id().equals(entry.instanceId())
				&& Objects.equals(this.self.bootId(), entry.identity().bootId());
	}

	/**
	 * A byte that another entry names is that entry's, be it locked or not: otherwise a
	 * dead instance would seem to live again.
	 */
	private void ensureSlot(RegistryDocument document, OwnInstance own) throws IOException {
		Integer slot = own.slot();
		if (slot != null && slots().holds(slot)) {
			return;
		}
		Set<Integer> named = new HashSet<>();
		for (RegistryEntry entry : document.entries()) {
			Integer others = own.id().equals(entry.instanceId()) ? null : entry.slot();
			if (others != null) {
				named.add(others);
			}
		}
		try {
			own.takeSlot(slots().take(named::contains));
		}
		catch (FileSystemException ex) {
			// Something else than the file is there, or it cannot be opened for now.
			throw ex;
		}
		catch (IOException ex) {
			// Without locks there are no slots either; whoever looks from another
			// namespace then has to ask the instance itself.
			own.takeSlot(null);
		}
	}

	/**
	 * Free an instance's byte.
	 */
	void releaseSlot(OwnInstance own) throws IOException {
		Integer slot = own.slot();
		own.takeSlot(null);
		if (slot != null) {
			slots().release(slot);
		}
	}

}
