package dev.aidis.port.sample.mcp.tools;

/**
 * Thrown when a tool cannot do what it was asked for. The message is for the agent that
 * called it: what is wrong, and what to do instead.
 */
@SuppressWarnings("serial")
final class ToolException extends RuntimeException {

	ToolException(String message) {
		super(message);
	}

}
