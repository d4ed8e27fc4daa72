package dev.aidis.port.registry.etcd;

import java.util.List;

import org.junit.jupiter.api.Test;

import dev.aidis.port.PortRegistration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two sources tell the view of changes, and neither may undo what the other knows better.
 */
class EtcdViewTests {

	private final PortRegistration orders = PortRegistration.builder("orders", 1).build();

	private final PortRegistration moved = this.orders.with((builder) -> builder.port(2));

	private final EtcdView view = new EtcdView(List.of(), 10);

	private static EtcdEntry entry(PortRegistration registration, long created, long modified) {
		return new EtcdEntry(registration.instanceId(), registration, EtcdEntry.write(registration), created, modified,
				1);
	}

	private void tell(PortRegistration registration, long revision) {
		this.view.tell(registration.instanceId(), entry(registration, 11, revision), revision);
	}

	@Test
	void ownChangeIsSeenBeforeTheWatchTells() {
		this.view.change(this.orders.instanceId(), entry(this.orders, 11, 11), 11);
		assertThat(this.view.all()).containsExactly(this.orders);
		tell(this.orders, 11);
		assertThat(this.view.named("orders")).containsExactly(this.orders);
	}

	@Test
	void whatTheWatchTellsOfTheTimeBeforeAnOwnChangeIsOld() {
		this.view.change(this.orders.instanceId(), entry(this.moved, 11, 12), 12);
		tell(this.orders, 11);
		assertThat(this.view.all()).containsExactly(this.moved);
		this.view.tell(this.orders.instanceId(), null, 13);
		assertThat(this.view.all()).isEmpty();
		assertThat(this.view.named("orders")).isEmpty();
	}

	@Test
	void ownRemovalIsNotUndoneByWhatTheWatchTellsLater() {
		this.view.change(this.orders.instanceId(), null, 12);
		tell(this.orders, 11);
		assertThat(this.view.all()).isEmpty();
		this.view.tell(this.orders.instanceId(), null, 12);
		tell(this.moved, 13);
		assertThat(this.view.all()).containsExactly(this.moved);
	}

	@Test
	void ownChangeThatTheWatchHasLeftBehindIsOld() {
		tell(this.orders, 11);
		this.view.tell(this.orders.instanceId(), null, 12);
		this.view.change(this.orders.instanceId(), entry(this.orders, 11, 11), 11);
		assertThat(this.view.all()).isEmpty();
	}

	@Test
	void orderIsThatOfCreationAlsoAmongThoseOfOneTransaction() {
		PortRegistration a = PortRegistration.builder("orders", 1).instanceId("a").build();
		PortRegistration b = PortRegistration.builder("orders", 2).instanceId("b").build();
		PortRegistration first = PortRegistration.builder("stock", 3).instanceId("z").build();
		EtcdView view = new EtcdView(List.of(entry(b, 5, 9), entry(a, 5, 5), entry(first, 2, 8)), 9);
		assertThat(view.all()).containsExactly(first, a, b);
		assertThat(view.named("orders")).containsExactly(a, b);
	}

	@Test
	void instanceThatIsCreatedAnewGoesToTheEnd() {
		PortRegistration other = PortRegistration.builder("orders", 9).build();
		EtcdView view = new EtcdView(List.of(entry(this.orders, 2, 2), entry(other, 3, 3)), 9);
		view.tell(this.orders.instanceId(), null, 10);
		view.tell(this.orders.instanceId(), entry(this.orders, 11, 11), 11);
		assertThat(view.named("orders")).containsExactly(other, this.orders);
	}

}
