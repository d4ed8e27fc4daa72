package dev.aidis.port.sample.command.registries;

import java.util.ArrayList;
import java.util.List;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.KeeperException.NoNodeException;
import tools.jackson.databind.json.JsonMapper;

import dev.aidis.port.ReservedPort;

/**
 * A ZooKeeper server, in this process.
 */
final class Zookeeper implements Registry {

	private final ReservedPort port = new ReservedPort();

	private final TestingServer server = new TestingServer(this.port.number(), true);

	private final CuratorFramework client = CuratorFrameworkFactory.newClient(address(), new RetryOneTime(100));

	Zookeeper() throws Exception {
		this.client.start();
	}

	@Override
	public String address() {
		return "localhost:" + this.port;
	}

	@Override
	public List<Integer> ports(String service) throws Exception {
		String folder = "/services/" + service;
		List<Integer> ports = new ArrayList<>();
		try {
			for (String instance : this.client.getChildren().forPath(folder)) {
				byte[] content = this.client.getData().forPath(folder + "/" + instance);
				ports.add(JsonMapper.shared().readTree(content).required("port").intValue());
			}
		}
		catch (NoNodeException ex) {
			// The last instance has gone, be it just now.
		}
		return ports;
	}

	@Override
	public void close() throws Exception {
		this.client.close();
		this.server.close();
		this.port.close();
	}

}
