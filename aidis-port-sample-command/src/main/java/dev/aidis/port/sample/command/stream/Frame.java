package dev.aidis.port.sample.command.stream;

/**
 * Makes the text of server-sent events.
 *
 * @since 0.1.0
 */
public final class Frame {

	static final String HEARTBEAT = ": still here\n\n";

	private Frame() {
	}

	/**
	 * Make an event.
	 * @param name its name
	 * @param id its id
	 * @param data what it says, of any number of lines
	 * @return the text
	 */
	public static String of(String name, String id, String data) {
		StringBuilder frame = new StringBuilder(data.length() + 64);
		frame.append("event: ").append(name).append("\nid: ").append(id).append('\n');
		data.lines().forEach((line) -> frame.append("data: ").append(line).append('\n'));
		return frame.append('\n').toString();
	}

	/**
	 * Say how long to wait before a lost stream is opened again.
	 * @param millis how long, in milliseconds
	 * @return the text
	 */
	public static String retry(long millis) {
		return "retry: " + millis + "\n\n";
	}

}
