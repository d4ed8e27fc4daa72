package dev.aidis.port.registry.etcd;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.auth.Permission;
import io.etcd.jetcd.options.OptionsUtil;

/**
 * Users of an etcd, each with its name as password.
 */
final class EtcdUsers {

	private EtcdUsers() {
	}

	/**
	 * Let only users in: root, and some more.
	 * @param server the server
	 * @param folders what each of the others may write below
	 * @param reader who may read everything and write nothing
	 */
	static void enableAuthentication(EtcdServer server, Map<String, String> folders, String reader) throws Exception {
		try (Client client = server.connect()) {
			Auth auth = client.getAuthClient();
			add(auth, "root");
			for (Map.Entry<String, String> user : folders.entrySet()) {
				add(auth, user.getKey());
				permit(auth, user.getKey(), user.getValue(), Permission.Type.READWRITE);
			}
			add(auth, reader);
			permit(auth, reader, "/", Permission.Type.READ);
			auth.authEnable().get();
		}
	}

	static void changePassword(EtcdServer server, String user, String password) throws Exception {
		try (Client client = Client.builder()
			.endpoints(server.url())
			.user(bytes("root"))
			.password(bytes("root"))
			.build()) {
			client.getAuthClient().userChangePassword(bytes(user), bytes(password)).get();
		}
	}

	private static void add(Auth auth, String name) throws Exception {
		auth.userAdd(bytes(name), bytes(name)).get();
		auth.roleAdd(bytes(name)).get();
		auth.userGrantRole(bytes(name), bytes(name)).get();
	}

	private static void permit(Auth auth, String role, String folder, Permission.Type type) throws Exception {
		auth.roleGrantPermission(bytes(role), bytes(folder), OptionsUtil.prefixEndOf(bytes(folder)), type).get();
	}

	private static ByteSequence bytes(String text) {
		return ByteSequence.from(text, StandardCharsets.UTF_8);
	}

}
