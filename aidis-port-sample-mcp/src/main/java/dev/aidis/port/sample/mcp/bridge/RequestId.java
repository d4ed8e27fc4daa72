package dev.aidis.port.sample.mcp.bridge;

/**
 * The id of a JSON-RPC request. The string {@code "1"} and the number {@code 1} are two
 * ids.
 *
 * @param text whether it is a string
 * @param value the string, or the digits
 */
record RequestId(boolean text, String value) {

	/**
	 * The id as it stands in a message.
	 */
	String json() {
		return this.text ? Json.quote(this.value) : this.value;
	}

	static RequestId of(String value) {
		return new RequestId(true, value);
	}

	@Override
	public String toString() {
		return json();
	}

}
