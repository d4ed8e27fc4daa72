package dev.aidis.port.sample.mcp.transport;

/**
 * Is told what clients do, to do for them only what somebody needs.
 */
public interface SessionObserver {

	/**
	 * A client has come, or is about to list the resources.
	 */
	void listing();

	/**
	 * Clients listen to notifications from now on, and none did before.
	 */
	void listened();

	/**
	 * No client listens to notifications any more.
	 */
	void unlistened();

}
