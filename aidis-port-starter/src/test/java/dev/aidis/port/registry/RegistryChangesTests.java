package dev.aidis.port.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;
import dev.aidis.port.PortRegistration.Status;
import dev.aidis.port.PortRegistryChange;
import dev.aidis.port.PortRegistryChange.Changed;
import dev.aidis.port.PortRegistryChange.Deregistered;
import dev.aidis.port.PortRegistryChange.Registered;

import static org.assertj.core.api.Assertions.assertThat;

class RegistryChangesTests {

	private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);

	private final RegistryChanges changes = new RegistryChanges(Duration.ofMillis(200), this.clock::get);

	private final List<PortRegistryChange> told = new ArrayList<>();

	private final PortRegistration orders = PortRegistration.builder("orders", 41873).build();

	private final PortRegistration stock = PortRegistration.builder("stock", 41874).build();

	@Test
	void watcherIsToldOfWhatIsThereAndOfEachChangeOnce() {
		this.changes.add(this.told::add);
		PortRegistration up = this.orders.with((builder) -> builder.status(Status.UP));
		this.changes.publish(List.of(this.orders));
		this.changes.publish(List.of(this.orders));
		this.changes.publish(List.of(up, this.stock));
		assertThat(this.told).containsExactly(new Registered(this.orders), new Changed(this.orders, up),
				new Registered(this.stock));
	}

	@Test
	void ofTwoEntriesOfOneInstanceTheFirstCounts() {
		this.changes.add(this.told::add);
		this.changes.publish(List.of(this.orders, this.orders.with((builder) -> builder.status(Status.UP))));
		assertThat(this.told).containsExactly(new Registered(this.orders));
	}

	@Test
	void instanceIsGoneWhenItHasBeenMissingForTwoTenthsOfASecond() {
		this.changes.add(this.told::add);
		this.changes.publish(List.of(this.orders));
		this.changes.publish(List.of());
		pass(Duration.ofMillis(200).minusNanos(1));
		this.changes.publish(List.of());
		assertThat(this.told).containsExactly(new Registered(this.orders));
		pass(Duration.ofNanos(1));
		this.changes.publish(List.of());
		this.changes.publish(List.of());
		assertThat(this.told).containsExactly(new Registered(this.orders), new Deregistered(this.orders));
	}

	@Test
	void instanceThatIsBackInTimeMustBeMissingAsLongAgain() {
		this.changes.add(this.told::add);
		this.changes.publish(List.of(this.orders));
		this.changes.publish(List.of());
		pass(Duration.ofMillis(150));
		this.changes.publish(List.of(this.orders));
		this.changes.publish(List.of());
		pass(Duration.ofMillis(150));
		this.changes.publish(List.of());
		assertThat(this.told).containsExactly(new Registered(this.orders));
	}

	@Test
	void instanceThatIsBackAfterItWasGoneIsNewsAndMayBeGoneAgain() {
		this.changes.add(this.told::add);
		for (int round = 0; round < 2; round++) {
			this.changes.publish(List.of(this.orders));
			this.changes.publish(List.of());
			this.changes.publish(List.of());
			pass(Duration.ofMillis(200));
			this.changes.publish(List.of());
		}
		assertThat(this.told).containsExactly(new Registered(this.orders), new Deregistered(this.orders),
				new Registered(this.orders), new Deregistered(this.orders));
	}

	@Test
	void watcherThatEndsItsWatchIsToldNothingMoreOfTheSameNews() {
		Runnable[] end = new Runnable[1];
		end[0] = this.changes.add((change) -> {
			this.told.add(change);
			end[0].run();
		});
		this.changes.publish(List.of(this.orders, this.stock));
		assertThat(this.told).containsExactly(new Registered(this.orders));
		assertThat(this.changes.isWatched()).isFalse();
	}

	@Test
	void watcherThatFailsIsToldOfTheNextChangeAndKeepsNothingFromOthers() {
		this.changes.add((change) -> {
			throw new AssertionError("planted failure on " + this.told.add(change));
		});
		this.changes.add(this.told::add);
		this.changes.publish(List.of(this.orders, this.stock));
		assertThat(this.told).containsExactly(new Registered(this.orders), new Registered(this.stock),
				new Registered(this.orders), new Registered(this.stock));
	}

	@Test
	void withoutGraceAnInstanceIsGoneAtOnce() {
		RegistryChanges immediate = new RegistryChanges(Duration.ZERO, this.clock::get);
		immediate.add(this.told::add);
		immediate.publish(List.of(this.orders));
		immediate.publish(List.of());
		assertThat(this.told).containsExactly(new Registered(this.orders), new Deregistered(this.orders));
	}

	private void pass(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
	}

}
