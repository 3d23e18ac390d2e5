package io.tenantry.tenant.webhook.endpoint;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A webhook endpoint, without its secrets.
 *
 * @param tenantId the owner; absent for an endpoint of the operator
 * @param eventTypes the types that it receives; empty for all
 * @param tenantIds for an endpoint of the operator, the tenants whose events it receives; empty for
 *     all
 * @param ordered whether the messages of one tenant are sent in order: a failed one holds up the
 *     later ones until it succeeds or is given up
 * @param rateLimit the limit of requests a second; absent for none
 * @param disabledReason {@code failing} or {@code gone}; absent unless it is disabled
 * @param publicKey what verifies its signatures, for Ed25519
 * @param headerNames its custom headers; their values are not shown
 * @param failingSince since when every attempt failed; absent if the last one succeeded
 */
@RegisterForReflection
public record Endpoint(
    UUID endpointId,
    Optional<UUID> tenantId,
    String url,
    String description,
    List<String> eventTypes,
    List<UUID> tenantIds,
    boolean ordered,
    Optional<Integer> rateLimit,
    EndpointStatus status,
    Optional<String> disabledReason,
    SigningAlgorithm algorithm,
    Optional<String> publicKey,
    List<String> headerNames,
    Optional<Instant> failingSince,
    Instant createdAt,
    Instant updatedAt) {

  /** The encryption context of its secrets. */
  static String encryptionContext(UUID endpointId) {
    return "webhook endpoint " + endpointId;
  }

  Owner owner() {
    return new Owner(tenantId);
  }
}
