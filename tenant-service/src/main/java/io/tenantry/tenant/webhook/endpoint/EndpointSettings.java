package io.tenantry.tenant.webhook.endpoint;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What the owner of an endpoint sets.
 *
 * @param eventTypes empty for all
 * @param tenantIds empty for all
 * @param rateLimit requests a second; empty for no limit
 */
public record EndpointSettings(
    String url,
    String description,
    List<String> eventTypes,
    List<UUID> tenantIds,
    boolean ordered,
    Optional<Integer> rateLimit) {

  static EndpointSettings of(Endpoint endpoint) {
    return new EndpointSettings(
        endpoint.url(),
        endpoint.description(),
        endpoint.eventTypes(),
        endpoint.tenantIds(),
        endpoint.ordered(),
        endpoint.rateLimit());
  }
}
