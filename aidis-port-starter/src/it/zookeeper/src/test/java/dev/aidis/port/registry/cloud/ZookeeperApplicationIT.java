package dev.aidis.port.registry.cloud;

import java.util.List;

import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingServer;

/**
 * Applications with a real ZooKeeper.
 */
class ZookeeperApplicationIT extends CloudRegistryContract {

	/**
	 * A server ends no session sooner than after two of them.
	 */
	private static final int TICK_MILLIS = 500;

	@Override
	protected AutoCloseable startRegistry(int port) throws Exception {
		return new TestingServer(new InstanceSpec(null, port, -1, -1, true, -1, TICK_MILLIS, -1), true);
	}

	@Override
	protected List<String> settings(int port) {
		return List.of("--spring.cloud.zookeeper.connect-string=localhost:" + port,
				"--spring.cloud.zookeeper.block-until-connected-wait=1", "--spring.cloud.zookeeper.max-retries=1",
				"--spring.cloud.zookeeper.connection-timeout=1s");
	}

	@Override
	protected List<String> settingsThatNoticeACrash() {
		return List.of("--spring.cloud.zookeeper.session-timeout=2s");
	}

}
