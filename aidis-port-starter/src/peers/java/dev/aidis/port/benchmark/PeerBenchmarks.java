package dev.aidis.port.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs {@link ServiceLife} or {@link StartupBenchmark} with ZooKeeper and Eureka, too.
 */
public final class PeerBenchmarks {

	private PeerBenchmarks() {
	}

	/**
	 * Run one of them.
	 * @param arguments {@code life} or {@code startup}, perhaps {@code --defaults}, and
	 * the options of that one
	 */
	public static void main(String[] arguments) {
		try {
			System.exit(run(new ArrayList<>(List.of(arguments))));
		}
		catch (Exception ex) {
			// The observers' threads would keep the process.
			ex.printStackTrace();
			System.exit(1);
		}
	}

	private static int run(List<String> options) throws Exception {
		String what = options.isEmpty() ? "" : options.remove(0);
		if (!what.equals("life") && !what.equals("startup")) {
			System.err.println("Say 'life' or 'startup' first");
			return 2;
		}
		boolean tight = !options.remove("--defaults");
		String[] left = options.toArray(String[]::new);
		return what.equals("life") ? ServiceLife.run(System.out, () -> open(tight), left)
				: StartupBenchmark.run(System.out, () -> open(tight), left);
	}

	private static Map<String, Announcement> open(boolean tight) throws Exception {
		String settings = tight ? "" : " with its defaults";
		Map<String, Announcement> peers = new LinkedHashMap<>();
		peers.put("ZooKeeper" + settings, CloudAnnouncement.zooKeeper(tight));
		peers.put("Eureka" + settings, CloudAnnouncement.eureka(tight));
		return peers;
	}

}
