package io.tenantry.operator.api;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** A service refused a request, with a problem detail of RFC 9457. */
public final class ApiException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** The code of a refusal that was not written by a service of Tenantry. */
  public static final String UNKNOWN_CODE = "UNEXPECTED_RESPONSE";

  private final int status;
  private final String code;
  private final boolean retryable;
  private final transient Optional<Duration> retryAfter;

  ApiException(int status, Problem problem, Optional<Duration> retryAfter) {
    super(text(problem));
    this.status = status;
    this.code = problem.code();
    this.retryable = problem.retryable();
    this.retryAfter = retryAfter;
  }

  private static String text(Problem problem) {
    return problem.errors().isEmpty()
        ? problem.detail()
        : problem.detail()
            + problem.errors().stream()
                .map(error -> error.field() + ": " + error.message())
                .collect(Collectors.joining("; ", " (", ")"));
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The stable code of the error, such as {@code TENANT_NAME_TAKEN}. */
  public String code() {
    return code;
  }

  /** The code in the form of a condition's reason, such as {@code TenantNameTaken}. */
  public String reason() {
    return reason(code);
  }

  /** A code in the form of a condition's reason. */
  public static String reason(String code) {
    StringBuilder reason = new StringBuilder();
    for (String word : List.of(code.split("_"))) {
      if (word.isEmpty()) {
        continue;
      }
      reason.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return reason.toString();
  }

  /** Whether the same request may succeed later without a change. */
  public boolean isRetryable() {
    // A response of something in between, such as an ingress, says nothing about the request.
    return code.equals(UNKNOWN_CODE)
        || retryable
        || status >= 500
        || status == 429
        || status == 401
        || status == 403;
  }

  /** When to retry at the earliest, if the service said so. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter).orElseGet(Optional::empty);
  }
}
