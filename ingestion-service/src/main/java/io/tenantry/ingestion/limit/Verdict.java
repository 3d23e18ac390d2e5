package io.tenantry.ingestion.limit;

/**
 * What a limit says to some events.
 *
 * @param outcome whether they may come
 * @param subject what is limited, {@code tenant} or {@code instance}
 * @param limit how many may come in each period
 * @param periodSeconds the period
 * @param remaining how many more may come now
 * @param waitSeconds when the refused ones could come; 0 if they may
 */
public record Verdict(
    Outcome outcome,
    String subject,
    long limit,
    long periodSeconds,
    long remaining,
    long waitSeconds) {

  /** Whether events may come. */
  public enum Outcome {
    ALLOWED,
    REFUSED
  }

  public boolean isRefused() {
    return outcome == Outcome.REFUSED;
  }

  /** The header {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10). */
  public String policyHeader() {
    return "\"%s\";q=%d;w=%d".formatted(subject, limit, periodSeconds);
  }

  /** The header {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10). */
  public String stateHeader() {
    return "\"%s\";r=%d;t=%d".formatted(subject, remaining, waitSeconds);
  }
}
