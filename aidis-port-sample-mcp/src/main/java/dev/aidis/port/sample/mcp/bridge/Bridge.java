package dev.aidis.port.sample.mcp.bridge;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.Printable;

/**
 * Reads what the client says, and answers itself where nobody else can: what is no
 * message, what is too long, and what comes under an id that is in use.
 */
final class Bridge {

	/**
	 * The most bytes a message of the client may have.
	 */
	static final int MAX_LINE = 16 * 1024 * 1024;

	private static final int MAX_BACKLOG = 20_000;

	private final LineReader in;

	private final Consumer<byte[]> out;

	private final PendingCalls calls;

	private final Connection connection;

	private final Consumer<String> log;

	/**
	 * Create a new bridge.
	 * @param in what the client says
	 * @param out takes what the client shall hear
	 * @param calls the requests that wait for an answer
	 * @param connection the way to the server
	 * @param log takes what people should know
	 */
	Bridge(LineReader in, Consumer<byte[]> out, PendingCalls calls, Connection connection, Consumer<String> log) {
		this.in = in;
		this.out = out;
		this.calls = calls;
		this.connection = connection;
		this.log = log;
	}

	/**
	 * Pass on what the client says until it says no more.
	 */
	void run() throws IOException {
		LineReader.Line line;
		while ((line = this.in.next()) != null) {
			byte[] end = line.end();
			if (end != null) {
				refuse(new InvalidMessageException(JsonRpc.INVALID_REQUEST, Message.idOf(line.text(), end),
						"Invalid Request: the message has more than " + MAX_LINE + " bytes"), this.out);
			}
			else if (!isBlank(line.text())) {
				pass(line.text());
			}
			waitForRoom();
		}
	}

	private static boolean isBlank(byte[] text) {
		for (byte character : text) {
			if (character != ' ' && character != '\t' && character != '\r') {
				return false;
			}
		}
		return true;
	}

	/**
	 * Who says more than can be thought about has to wait.
	 */
	private void waitForRoom() {
		while (this.connection.backlog() > MAX_BACKLOG) {
			try {
				Thread.sleep(1);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	private void refuse(InvalidMessageException invalid, Consumer<byte[]> answer) {
		this.log.accept("Refused what the client said: " + Printable.of(String.valueOf(invalid.getMessage())));
		answer.accept(invalid.toError());
	}

	private void pass(byte[] text) {
		try {
			if (JsonRpc.isBatch(text)) {
				passBatch(Message.split(text));
			}
			else {
				pass(Message.parse(text), (answer) -> {
					if (answer != null) {
						this.out.accept(answer);
					}
				});
			}
		}
		catch (InvalidMessageException ex) {
			refuse(ex, this.out);
		}
	}

	private void pass(Message message, Consumer<byte @Nullable []> answer) throws InvalidMessageException {
		if (message.isRequest()) {
			Call call = new Call(message, answer);
			this.calls.add(call);
			this.connection.send(call);
		}
		else if (message.isNotification()) {
			this.connection.send(message);
		}
		else {
			this.connection.reply(message);
		}
	}

	/**
	 * Each message of a batch goes its own way, since hardly a server takes batches.
	 */
	private void passBatch(List<byte[]> texts) throws InvalidMessageException {
		if (!this.connection.mayBatch()) {
			throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, null,
					"Invalid Request: this revision of MCP has no batches");
		}
		Batch batch = new Batch(this.out, texts.size());
		for (byte[] text : texts) {
			try {
				Message message = Message.parse(text);
				if (message.isMethod("initialize") || message.protocolVersion() != null) {
					throw new InvalidMessageException(JsonRpc.INVALID_REQUEST, message.id(),
							"Invalid Request: this may not be part of a batch");
				}
				pass(message, batch::add);
				if (!message.isRequest()) {
					batch.add(null);
				}
			}
			catch (InvalidMessageException ex) {
				refuse(ex, batch::add);
			}
		}
	}

}
