package dev.aidis.port.registry.file;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

import org.jspecify.annotations.Nullable;

/**
 * Lists a folder of a {@link FaultyFileSystem}; each step to the next file is an
 * operation.
 */
final class FaultyDirectoryStream implements DirectoryStream<Path> {

	private final FaultyFileSystem fileSystem;

	private final Faults faults;

	private final Path folder;

	private final DirectoryStream<Path> real;

	private final DirectoryStream.Filter<? super Path> filter;

	FaultyDirectoryStream(FaultyFileSystem fileSystem, Faults faults, Path folder, DirectoryStream<Path> real,
			DirectoryStream.Filter<? super Path> filter) {
		this.fileSystem = fileSystem;
		this.faults = faults;
		this.folder = folder;
		this.real = real;
		this.filter = filter;
	}

	@Override
	public Iterator<Path> iterator() {
		this.faults.check();
		return new Files(this.real.iterator());
	}

	@Override
	public void close() throws IOException {
		this.faults.close(this.folder, this.real);
	}

	private final class Files implements Iterator<Path> {

		private final Iterator<Path> real;

		private @Nullable Path next;

		private boolean ended;

		Files(Iterator<Path> real) {
			this.real = real;
		}

		@Override
		public boolean hasNext() {
			try {
				while (this.next == null && !this.ended) {
					advance();
				}
				return this.next != null;
			}
			catch (IOException ex) {
				throw new DirectoryIteratorException(ex);
			}
		}

		private void advance() throws IOException {
			FaultyDirectoryStream stream = FaultyDirectoryStream.this;
			this.ended = !stream.faults.run("iterate", stream.folder, this.real::hasNext);
			if (!this.ended) {
				Path candidate = stream.fileSystem.wrap(this.real.next());
				this.next = stream.filter.accept(candidate) ? candidate : null;
			}
		}

		@Override
		public Path next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			Path result = this.next;
			this.next = null;
			return result;
		}

	}

}
