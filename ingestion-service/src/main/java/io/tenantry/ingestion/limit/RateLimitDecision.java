package io.tenantry.ingestion.limit;

/**
 * The decision of a rate limit on one or more events.
 *
 * @param effect whether the events are allowed
 * @param subject the kind of the subject, {@code tenant} or {@code instance}
 * @param limit maximum number of events per period
 * @param periodSeconds length of the period in seconds
 * @param remaining number of further events allowed now
 * @param waitSeconds after how many seconds refused events would be allowed; 0 if they are allowed
 */
public record RateLimitDecision(
    Effect effect,
    String subject,
    long limit,
    long periodSeconds,
    long remaining,
    long waitSeconds) {

  /** The effect of a decision. */
  public enum Effect {
    ALLOWED,
    REFUSED
  }

  public boolean isRefused() {
    return effect == Effect.REFUSED;
  }

  /** The value of the header {@code RateLimit-Policy} (draft-ietf-httpapi-ratelimit-headers-10). */
  public String policyHeader() {
    return "\"%s\";q=%d;w=%d".formatted(subject, limit, periodSeconds);
  }

  /** The value of the header {@code RateLimit} (draft-ietf-httpapi-ratelimit-headers-10). */
  public String stateHeader() {
    return "\"%s\";r=%d;t=%d".formatted(subject, remaining, waitSeconds);
  }
}
