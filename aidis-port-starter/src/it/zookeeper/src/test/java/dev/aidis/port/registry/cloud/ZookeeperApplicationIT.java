package dev.aidis.port.registry.cloud;

import java.util.List;

import org.apache.curator.test.TestingServer;

/**
 * Applications with a real ZooKeeper.
 */
class ZookeeperApplicationIT extends CloudRegistryContract {

	@Override
	protected AutoCloseable startRegistry(int port) throws Exception {
		return new TestingServer(port, true);
	}

	@Override
	protected List<String> settings(int port) {
		return List.of("--spring.cloud.zookeeper.connect-string=localhost:" + port,
				"--spring.cloud.zookeeper.block-until-connected-wait=1", "--spring.cloud.zookeeper.max-retries=1",
				"--spring.cloud.zookeeper.connection-timeout=1s");
	}

}
