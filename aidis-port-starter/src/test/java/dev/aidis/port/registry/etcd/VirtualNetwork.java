package dev.aidis.port.registry.etcd;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.aidis.port.Namespaces;
import dev.aidis.port.RequiredProgram;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Machines that have a network namespace each, with two networks between them: one is
 * meant for those who ask, one for those who answer. All of it is in a user namespace
 * that nobody outside sees, so it needs no right but to make one, names cannot collide,
 * and the network of this machine is not touched. It ends with everything that runs there
 * when it is closed, and when this process ends in whatever way.
 */
final class VirtualNetwork implements AutoCloseable {

	/**
	 * What may not be permitted. The names of network namespaces are in a folder that is
	 * root's, so it gets another one.
	 */
	private static final String PERMITTED = "mount -t tmpfs tmpfs /run; ip netns add probe; "
			+ "ip link add probe type bridge; ip link add probed type veth peer name probed netns probe; "
			+ "ip link delete probed; ip link delete probe; ip netns delete probe";

	private static final String SETUP = """
			for network in front back; do
				ip link add $network type bridge
				ip link set $network up
			done
			number=0
			for machine in "$@"; do
				number=$((number + 1))
				ip netns add $machine
				inside="nsenter --net=/run/netns/$machine"
				$inside ip link set lo up
				for network in front:77 back:78; do
					name=${network%:*}
					ip link add $name-$machine type veth peer name $name netns $machine
					ip link set $name-$machine master $name up
					$inside ip addr add 10.${network#*:}.0.$number/24 dev $name
					$inside ip link set $name up
				done
			done
			echo ready
			exec cat
			""";

	private final Process process;

	private final BufferedReader output;

	private final List<String> machines;

	private final ProcessHandle first;

	private VirtualNetwork(Process process, List<String> machines) throws Exception {
		this.process = process;
		this.output = process.inputReader(StandardCharsets.UTF_8);
		this.machines = machines;
		assertThat(this.output.readLine()).isEqualTo("ready");
		this.first = process.children().findFirst().orElseThrow();
	}

	/**
	 * Make a network.
	 * @param machines the names of the machines, of at most nine letters
	 */
	static VirtualNetwork of(String... machines) throws Exception {
		RequiredProgram.require("ip", "iproute2");
		RequiredProgram.require("nsenter", "util-linux");
		List<String> command = new ArrayList<>(
				Namespaces.unshare(PERMITTED, "--net", "--pid", "--fork", "--mount-proc", "--kill-child"));
		command.addAll(List.of("/bin/sh", "-ec", SETUP, "sh"));
		command.addAll(List.of(machines));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		try {
			return new VirtualNetwork(process, List.of(machines));
		}
		catch (Exception | AssertionError ex) {
			process.destroyForcibly();
			throw ex;
		}
	}

	Machine machine(String name) {
		int number = this.machines.indexOf(name) + 1;
		assertThat(number).isPositive();
		List<String> through = new ArrayList<>(Namespaces.enter(this.first));
		through.addAll(List.of("nsenter", "--net=/run/netns/" + name));
		return new Machine(through, "10.77.0." + number, "10.78.0." + number);
	}

	/**
	 * Pull a cable: what is sent is gone, and nobody is told.
	 * @param network {@code front} or {@code back}
	 * @param machine whose cable it is
	 */
	void cut(String network, String machine) throws Exception {
		set(network, machine, "down");
	}

	/**
	 * Let a switch swallow what comes through a cable that looks as it always does.
	 */
	void swallow(String network, String machine) throws Exception {
		set(network, machine, "nomaster");
	}

	/**
	 * Put everything right again.
	 */
	void mend(String network, String machine) throws Exception {
		set(network, machine, "up", "master", network);
	}

	private void set(String network, String machine, String... state) throws Exception {
		List<String> command = new ArrayList<>(Namespaces.enter(this.first, "--net"));
		command.addAll(List.of("ip", "link", "set", network + "-" + machine));
		command.addAll(List.of(state));
		Process ip = new ProcessBuilder(command).inheritIO().start();
		assertThat(ip.waitFor()).isZero();
	}

	/**
	 * The first process reads until the end of its input, and takes all others with it.
	 */
	@Override
	public void close() throws Exception {
		this.process.getOutputStream().close();
		assertThat(this.process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		this.output.close();
	}

}
