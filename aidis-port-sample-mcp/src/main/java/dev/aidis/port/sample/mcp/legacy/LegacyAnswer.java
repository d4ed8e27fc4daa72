package dev.aidis.port.sample.mcp.legacy;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /mcp/tools/{tool}} answers.
 *
 * @param success whether the tool was called and answered
 * @param result what it answered
 * @param error what went wrong, and what to do
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LegacyAnswer(boolean success, @Nullable Object result, @Nullable String error) {

	static LegacyAnswer success(@Nullable Object result) {
		return new LegacyAnswer(true, result, null);
	}

	/**
	 * Return the answer to a call that failed.
	 * @param error what went wrong, and what to do
	 * @return the answer
	 */
	public static LegacyAnswer failure(String error) {
		return new LegacyAnswer(false, null, error);
	}

}
