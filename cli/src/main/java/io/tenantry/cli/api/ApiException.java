package io.tenantry.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serial;
import java.util.List;

/** A service refused a request with a problem detail (RFC 9457). */
public final class ApiException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final boolean retryable;
  private final transient List<FieldError> errors;
  private final long retryAfterSeconds;

  /** An invalid field; {@code field} is empty for the whole body. */
  public record FieldError(String field, String message) {}

  ApiException(int status, JsonNode problem, long retryAfterSeconds) {
    super(message(status, problem));
    this.status = status;
    this.code = problem.path("code").asText("HTTP_" + status);
    this.retryable = problem.path("retryable").asBoolean(false);
    this.errors =
        problem
            .path("errors")
            .valueStream()
            .map(e -> new FieldError(e.path("field").asText(), e.path("message").asText()))
            .toList();
    this.retryAfterSeconds = retryAfterSeconds;
  }

  private static String message(int status, JsonNode problem) {
    String title = problem.path("title").asText("the service answered " + status);
    String detail = problem.path("detail").asText();
    return detail.isEmpty() || detail.equals(title + ".") ? title : title + ": " + detail;
  }

  public int status() {
    return status;
  }

  /** The stable code, see docs/errors.md. */
  public String code() {
    return code;
  }

  public boolean retryable() {
    return retryable;
  }

  public List<FieldError> errors() {
    return errors == null ? List.of() : errors;
  }

  /** After how many seconds to retry; 0 if the service does not say. */
  public long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
