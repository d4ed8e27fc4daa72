package dev.aidis.port.sample.mcp.bridge;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Takes what a server says to a call, each time that the call is sent.
 */
final class CallReceiver implements Exchange.Receiver {

	private final Call call;

	private final RequestId sentId;

	private final Session to;

	private final Answers answers;

	private final Decider decider;

	private final Events events;

	private final boolean counted;

	private volatile @Nullable String sessionId;

	/**
	 * Create a new receiver. From now on the call counts as sent.
	 * @param call the call
	 * @param to the session in which it is sent
	 * @param answers takes what the server says
	 * @param decider where events are told
	 * @param events told of what else happens
	 */
	CallReceiver(Call call, Session to, Answers answers, Decider decider, Events events) {
		this.call = call;
		this.sentId = call.progress().sentId;
		this.to = to;
		this.answers = answers;
		this.decider = decider;
		this.events = events;
		this.counted = !call.isSubscription();
		if (this.counted) {
			to.window().enter();
		}
	}

	@Override
	public void started(int status, @Nullable String sessionId) {
		this.sessionId = sessionId;
		if (status / 100 == 2) {
			this.decider.decide(() -> {
				this.call.progress().deadline = null;
				this.events.accepted();
			});
		}
	}

	@Override
	public void received(byte[] text) {
		this.answers.received(this.to, text, this::answer);
		if (this.call.isSubscription()) {
			this.decider.decide(this::subscribedAgain);
		}
	}

	private void answer(Message answer) {
		if ((answer.id() != null) ? this.sentId.equals(answer.id()) : answer.isError()) {
			this.answers.answered(this.call, this.to, this.sessionId, answer);
		}
		else {
			this.answers.unexpected(answer);
		}
	}

	private void subscribedAgain() {
		if (this.call.progress().losses > 0) {
			this.call.progress().losses = 0;
			this.answers.subscribedAgain(this.call);
		}
	}

	@Override
	public void ended(Ending ending) {
		this.decider.decide(() -> {
			this.events.unanswered(ending);
			if (this.counted) {
				this.to.window().leave();
				this.events.left();
			}
		});
	}

	/**
	 * What happens beside answers. Told by the thread that decides.
	 */
	interface Events {

		/**
		 * The server has accepted the call.
		 */
		void accepted();

		/**
		 * The exchange is over. The call may have been answered all the same.
		 */
		void unanswered(Ending ending);

		/**
		 * There is room for another call.
		 */
		void left();

	}

}
