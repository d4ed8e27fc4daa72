package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import dev.aidis.port.registry.file.Faults.Call;

/**
 * A channel on a file of a {@link FaultyFileSystem}.
 */
final class FaultyFileChannel extends FileChannel {

	private final FileChannel real;

	private final Path file;

	private final Faults faults;

	FaultyFileChannel(FileChannel real, Path file, Faults faults) {
		this.real = real;
		this.file = file;
		this.faults = faults;
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return run("read", () -> this.real.read(target));
	}

	@Override
	public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
		return run("read", () -> this.real.read(targets, offset, length));
	}

	@Override
	public int read(ByteBuffer target, long position) throws IOException {
		return run("read", () -> this.real.read(target, position));
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return run("write", () -> this.real.write(source), () -> this.real.write(half(source)));
	}

	@Override
	public int write(ByteBuffer source, long position) throws IOException {
		return run("write", () -> this.real.write(source, position), () -> this.real.write(half(source), position));
	}

	@Override
	public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
		return run("write", () -> this.real.write(sources, offset, length), () -> writeHalf(sources, offset, length));
	}

	private long writeHalf(ByteBuffer[] sources, int offset, int length) throws IOException {
		int total = 0;
		for (int i = offset; i < offset + length; i++) {
			total += sources[i].remaining();
		}
		ByteBuffer joined = ByteBuffer.allocate(total);
		for (int i = offset; i < offset + length; i++) {
			joined.put(sources[i].duplicate());
		}
		return this.real.write(half(joined.flip()));
	}

	/**
	 * Return the first half of what remains; the source stays as it is, as it does when a
	 * write fails.
	 */
	private static ByteBuffer half(ByteBuffer source) {
		return source.slice(source.position(), source.remaining() / 2);
	}

	@Override
	public long position() throws IOException {
		this.faults.check();
		return this.real.position();
	}

	@Override
	public FileChannel position(long position) throws IOException {
		this.faults.check();
		this.real.position(position);
		return this;
	}

	@Override
	public long size() throws IOException {
		return run("size", this.real::size);
	}

	@Override
	public FileChannel truncate(long size) throws IOException {
		run("truncate", () -> this.real.truncate(size));
		return this;
	}

	@Override
	public void force(boolean metaData) throws IOException {
		run("force", () -> {
			this.real.force(metaData);
			return null;
		});
	}

	@Override
	public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
		return run("transferTo", () -> this.real.transferTo(position, count, target));
	}

	@Override
	public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
		return run("transferFrom", () -> this.real.transferFrom(source, position, count),
				() -> this.real.transferFrom(source, position, count / 2));
	}

	@Override
	public MappedByteBuffer map(MapMode mode, long position, long size) {
		throw new UnsupportedOperationException("What is written into memory could not be halted");
	}

	@Override
	public FileLock lock(long position, long size, boolean shared) throws IOException {
		try {
			return new Lock(this.faults.runWaiting("lock", this.file, () -> this.real.lock(position, size, shared)));
		}
		catch (ClosedChannelException ex) {
			close();
			throw ex;
		}
	}

	@Override
	public @Nullable FileLock tryLock(long position, long size, boolean shared) throws IOException {
		FileLock lock = run("tryLock", () -> this.real.tryLock(position, size, shared));
		return (lock != null) ? new Lock(lock) : null;
	}

	@Override
	protected void implCloseChannel() throws IOException {
		this.faults.close(this.file, this.real);
	}

	private <T> T run(String name, Call<T> call) throws IOException {
		return run(name, call, () -> null);
	}

	/**
	 * An interrupt closes the real channel; then this one must not pretend to be open.
	 */
	private <T> T run(String name, Call<T> call, Call<?> half) throws IOException {
		try {
			return this.faults.run(name, this.file, call, half);
		}
		catch (ClosedChannelException ex) {
			if (!this.real.isOpen()) {
				close();
			}
			throw ex;
		}
	}

	private final class Lock extends FileLock {

		private final FileLock real;

		Lock(FileLock real) {
			super(FaultyFileChannel.this, real.position(), real.size(), real.isShared());
			this.real = real;
		}

		@Override
		public boolean isValid() {
			return this.real.isValid();
		}

		@Override
		public void release() throws IOException {
			run("release", () -> {
				this.real.release();
				return null;
			});
		}

	}

}
