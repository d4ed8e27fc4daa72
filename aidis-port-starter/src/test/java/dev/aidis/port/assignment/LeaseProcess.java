package dev.aidis.port.assignment;

/**
 * Takes a lease and holds it until it is killed. It needs no library, so that it runs
 * where those of the build cannot be read.
 */
public final class LeaseProcess {

	private LeaseProcess() {
	}

	/**
	 * Take a lease.
	 * @param arguments the port
	 * @throws InterruptedException never
	 */
	public static void main(String[] arguments) throws InterruptedException {
		PortLease lease = PortLease.take(Integer.parseInt(arguments[0]));
		System.out.println("lease " + ((lease != null) ? "taken" : "refused"));
		if (lease != null) {
			Thread.currentThread().join();
			lease.close();
		}
	}

}
