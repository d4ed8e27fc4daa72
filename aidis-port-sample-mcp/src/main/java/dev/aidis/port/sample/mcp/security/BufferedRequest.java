package dev.aidis.port.sample.mcp.security;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * A request whose body was read already, so that nobody behind it can be made to read
 * more, whatever length it announced.
 */
final class BufferedRequest extends HttpServletRequestWrapper {

	private final byte[] body;

	private BufferedRequest(HttpServletRequest request, byte[] body) {
		super(request);
		this.body = body;
	}

	/**
	 * Read a request.
	 * @param request the request
	 * @param most how long its body may be
	 * @return the request, or {@code null} if its body is longer
	 */
	static @Nullable BufferedRequest read(HttpServletRequest request, DataSize most) throws IOException {
		if (request.getContentLengthLong() > most.toBytes()) {
			return null;
		}
		int limit = (int) Math.min(most.toBytes(), Integer.MAX_VALUE - 8L);
		byte[] body = request.getInputStream().readNBytes(limit);
		return (body.length == limit && request.getInputStream().read() != -1) ? null
				: new BufferedRequest(request, body);
	}

	@Override
	public ServletInputStream getInputStream() {
		return new Body(this.body);
	}

	@Override
	public BufferedReader getReader() {
		return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
	}

	/**
	 * The body, all of which is there.
	 */
	private static final class Body extends ServletInputStream {

		private final ByteArrayInputStream bytes;

		Body(byte[] bytes) {
			this.bytes = new ByteArrayInputStream(bytes);
		}

		@Override
		public int read() {
			return this.bytes.read();
		}

		@Override
		public int read(byte[] buffer, int offset, int length) {
			return this.bytes.read(buffer, offset, length);
		}

		@Override
		public boolean isFinished() {
			return this.bytes.available() == 0;
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setReadListener(ReadListener listener) {
			throw new UnsupportedOperationException("The body is there already");
		}

	}

}
