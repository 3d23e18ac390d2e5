package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A delivery with its payload and attempts.
 *
 * @param payload what is sent, as text
 * @param attempts oldest first
 */
@RegisterForReflection
public record DeliveryDetails(Delivery delivery, String payload, List<LoggedAttempt> attempts) {

  /**
   * An attempt of a delivery.
   *
   * @param code the HTTP status; absent if there was no response
   * @param error why there was no response
   * @param response the start of the response's body; absent for receivers on private addresses
   */
  @RegisterForReflection
  public record LoggedAttempt(
      int attempt,
      Instant attemptedAt,
      int latencyMs,
      Optional<Integer> code,
      Optional<String> error,
      Optional<String> response) {}
}
