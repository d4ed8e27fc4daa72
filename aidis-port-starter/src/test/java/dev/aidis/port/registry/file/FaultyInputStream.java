package dev.aidis.port.registry.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Reads a file of a {@link FaultyFileSystem}. Not made of a channel, since an interrupt
 * of the reader does not close a stream of the default file system.
 */
final class FaultyInputStream extends FilterInputStream {

	private final Path file;

	private final Faults faults;

	FaultyInputStream(InputStream real, Path file, Faults faults) {
		super(real);
		this.file = file;
		this.faults = faults;
	}

	@Override
	public int read() throws IOException {
		return this.faults.run("read", this.file, super::read);
	}

	@Override
	public int read(byte[] bytes, int offset, int length) throws IOException {
		return this.faults.run("read", this.file, () -> super.read(bytes, offset, length));
	}

	@Override
	public long skip(long count) throws IOException {
		return this.faults.run("skip", this.file, () -> super.skip(count));
	}

	@Override
	public int available() throws IOException {
		return this.faults.run("available", this.file, super::available);
	}

	@Override
	public void close() throws IOException {
		this.faults.close(this.file, this.in);
	}

}
