package dev.aidis.port.registry.file;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LateChangeTests {

	@Test
	void whatIsAsItWasBeforeWasWrittenUnseen() throws Exception {
		LateChange change = change("{'a':1,'b':1}", "{'a':2}");
		assertThat(unseen(change, "{'a':2}", "{'a':1,'b':1}", false)).isTrue();
		assertThat(unseen(change, "{'a':2}", "{'a':2,'b':1}", false)).isTrue();
		assertThat(unseen(change, "{'a':2}", "{'a':1}", false)).isTrue();
	}

	@Test
	void whatIsAsItWasNeverWasMeant() throws Exception {
		LateChange change = change("{'a':1,'b':1}", "{'a':2}");
		assertThat(unseen(change, "{'a':2}", "{'a':2}", true)).isFalse();
		assertThat(unseen(change, "{'a':2}", "{'a':3}", true)).isFalse();
		assertThat(unseen(change, "{'a':2}", "{'b':3}", true)).isFalse();
		assertThat(unseen(change, "{'a':2}", "{'a':2,'c':1}", true)).isFalse();
	}

	@Test
	void whatWasNotTakenOverIsNotMissed() throws Exception {
		LateChange change = change("{'a':1}", "{'a':2}");
		assertThat(unseen(change, "{'a':1}", "{'a':1,'c':1}", true)).isFalse();
	}

	@Test
	void additionThatIsMissingBesideAnotherChangeWasWrittenUnseen() throws Exception {
		LateChange change = change("{'a':1}", "{'a':1,'n':1,'m':1}");
		String ours = "{'a':1,'n':1,'m':1}";
		assertThat(unseen(change, ours, "{'a':2}", true)).isTrue();
		assertThat(unseen(change, ours, "{}", true)).isTrue();
		assertThat(unseen(change, ours, "{'a':1,'x':1}", true)).isTrue();
	}

	@Test
	void additionThatIsMissingOtherwiseWasTakenAway() throws Exception {
		LateChange change = change("{'a':1}", "{'a':1,'n':1,'m':1}");
		String ours = "{'a':1,'n':1,'m':1}";
		assertThat(unseen(change, ours, "{'a':1}", true)).isFalse();
		assertThat(unseen(change, ours, "{'a':1,'n':1}", true)).isFalse();
		assertThat(unseen(change, ours, "{'a':2,'n':1}", true)).isFalse();
		assertThat(unseen(change, ours, "{'a':2}", false)).isFalse();
	}

	@Test
	void additionIsMissedWithTheRest() throws Exception {
		LateChange change = change("{'a':1}", "{'a':2,'n':1}");
		assertThat(unseen(change, "{'a':2,'n':1}", "{'a':1}", false)).isTrue();
		assertThat(unseen(change, "{'a':2,'n':1}", "{'a':2}", true)).isFalse();
	}

	private static boolean unseen(LateChange change, String ours, String written, boolean first) throws Exception {
		return change.isUnseenBy(document(written), document(ours), first);
	}

	private static LateChange change(String base, String late) throws Exception {
		return new LateChange(document(base), document(late));
	}

	private static RegistryDocument document(String json) throws Exception {
		return new RegistryCodec().parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
	}

}
