package io.tenantry.tenant.webhook.delivery;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * The delivery of one event to one endpoint.
 *
 * @param webhookId the header {@code webhook-id} of all its attempts
 * @param tenantId the tenant that the event is about; absent for a campaign
 * @param status pending, delivered or failed
 * @param nextAttemptAt when the next attempt is due; absent unless it is pending
 * @param lastCode the HTTP status of the last attempt; absent if there was no response
 * @param lastError why the last attempt got no response
 */
@RegisterForReflection
public record Delivery(
    UUID deliveryId,
    String webhookId,
    UUID endpointId,
    UUID eventId,
    String type,
    Optional<UUID> tenantId,
    String status,
    int attempts,
    Optional<Integer> lastCode,
    Optional<String> lastError,
    Instant createdAt,
    Optional<Instant> nextAttemptAt,
    Optional<Instant> finishedAt) {}
