package io.tenantry.tenant.webhook.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One request to an endpoint, and its result.
 *
 * @param code the HTTP status; empty if there was no response
 * @param error why there was no response; empty if there was one
 * @param response the start of the response's body; empty if there is none, or it is not shown
 * @param retryAfter when the endpoint wants the next request; empty if it does not say
 */
record Attempt(
    Instant at,
    Duration latency,
    Optional<Integer> code,
    Optional<String> error,
    Optional<String> response,
    Optional<Instant> retryAfter) {

  private static final int GONE = 410;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int BAD_GATEWAY = 502;
  private static final int GATEWAY_TIMEOUT = 504;

  /** Whether the endpoint accepted the message; a redirect did not. */
  boolean succeeded() {
    return code.filter(status -> status / 100 == 2).isPresent();
  }

  /** Whether the endpoint wants no more messages. */
  boolean isGone() {
    return code.filter(status -> status == GONE).isPresent();
  }

  /** Whether the endpoint wants fewer requests. */
  boolean isOverload() {
    return code.filter(
            status ->
                status == TOO_MANY_REQUESTS || status == BAD_GATEWAY || status == GATEWAY_TIMEOUT)
        .isPresent();
  }
}
