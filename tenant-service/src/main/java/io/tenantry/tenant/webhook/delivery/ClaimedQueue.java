package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The queue of an endpoint that this replica works on, with the deliveries that are due.
 *
 * @param claim identifies this lease: what is written after it expired changes nothing
 * @param generation of the endpoint's history: if it has changed, it was resumed, or got another
 *     URL
 * @param secrets of the endpoint, encrypted
 */
record ClaimedQueue(
    UUID claim,
    int generation,
    Endpoint endpoint,
    Buffer secrets,
    EndpointHealth health,
    List<DueDelivery> deliveries) {

  /**
   * A delivery that is due.
   *
   * @param attempts how many attempts were made before
   * @param step how many attempts failed since it was queued or resent
   * @param payload what is sent
   */
  record DueDelivery(
      UUID deliveryId, Optional<UUID> tenantId, int attempts, int step, String payload) {}
}
