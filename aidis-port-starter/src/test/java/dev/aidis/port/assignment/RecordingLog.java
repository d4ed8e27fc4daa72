package dev.aidis.port.assignment;

import java.util.ArrayList;
import java.util.List;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what it is told.
 */
final class RecordingLog implements Log {

	private final List<String> warnings = new ArrayList<>();

	private final List<String> infos = new ArrayList<>();

	private final List<String> others = new ArrayList<>();

	List<String> warnings() {
		return this.warnings;
	}

	List<String> infos() {
		return this.infos;
	}

	/**
	 * Everything, whatever its level.
	 */
	List<String> all() {
		List<String> all = new ArrayList<>(this.warnings);
		all.addAll(this.infos);
		all.addAll(this.others);
		return all;
	}

	@Override
	public boolean isFatalEnabled() {
		return true;
	}

	@Override
	public boolean isErrorEnabled() {
		return true;
	}

	@Override
	public boolean isWarnEnabled() {
		return true;
	}

	@Override
	public boolean isInfoEnabled() {
		return true;
	}

	@Override
	public boolean isDebugEnabled() {
		return true;
	}

	@Override
	public boolean isTraceEnabled() {
		return true;
	}

	@Override
	public void fatal(Object message) {
		this.others.add(message.toString());
	}

	@Override
	public void fatal(Object message, @Nullable Throwable ex) {
		fatal(message);
	}

	@Override
	public void error(Object message) {
		this.others.add(message.toString());
	}

	@Override
	public void error(Object message, @Nullable Throwable ex) {
		error(message);
	}

	@Override
	public void warn(Object message) {
		this.warnings.add(message.toString());
	}

	@Override
	public void warn(Object message, @Nullable Throwable ex) {
		warn(message);
	}

	@Override
	public void info(Object message) {
		this.infos.add(message.toString());
	}

	@Override
	public void info(Object message, @Nullable Throwable ex) {
		info(message);
	}

	@Override
	public void debug(Object message) {
		this.others.add(message.toString());
	}

	@Override
	public void debug(Object message, @Nullable Throwable ex) {
		debug(message);
	}

	@Override
	public void trace(Object message) {
		this.others.add(message.toString());
	}

	@Override
	public void trace(Object message, @Nullable Throwable ex) {
		trace(message);
	}

}
