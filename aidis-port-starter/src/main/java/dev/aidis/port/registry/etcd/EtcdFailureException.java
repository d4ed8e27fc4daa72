package dev.aidis.port.registry.etcd;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.etcd.jetcd.common.exception.EtcdException;
import io.grpc.Status;

/**
 * Thrown when etcd has not done what it was asked for.
 */
@SuppressWarnings("serial")
final class EtcdFailureException extends RuntimeException {

	/**
	 * What says nothing about the connection: it goes on, and other entries may fare
	 * better.
	 */
	private static final Set<Status.Code> OF_ONE_ENTRY = EnumSet.of(Status.Code.PERMISSION_DENIED,
			Status.Code.RESOURCE_EXHAUSTED, Status.Code.INVALID_ARGUMENT, Status.Code.FAILED_PRECONDITION,
			Status.Code.NOT_FOUND);

	EtcdFailureException(Throwable cause) {
		super(cause);
	}

	/**
	 * Wait for an answer.
	 * @throws EtcdFailureException if it is an error, or does not come
	 */
	static <T> T await(CompletableFuture<T> answer, Duration timeout) {
		try {
			return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			throw new EtcdFailureException((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			throw new EtcdFailureException(ex);
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			throw new EtcdFailureException(ex);
		}
	}

	boolean isOfOneEntry() {
		return OF_ONE_ENTRY.contains(code());
	}

	/**
	 * Tell whether the lease that was meant is not there any more.
	 */
	boolean isLeaseGone() {
		return code() == Status.Code.NOT_FOUND;
	}

	private Status.Code code() {
		for (Throwable cause = getCause(); cause != null; cause = cause.getCause()) {
			if (cause instanceof EtcdException ex) {
				return Status.Code.valueOf(ex.getErrorCode().name());
			}
		}
		return (getCause() != null) ? Status.fromThrowable(getCause()).getCode() : Status.Code.UNKNOWN;
	}

}
