package io.tenantry.ingestion.loss;

import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Events that were deleted from the topic before they were delivered.
 *
 * @param tenantId the tenant whose events were lost; empty for all tenants of the partition
 * @param topic the topic they were on
 * @param from the offset of the first lost event
 * @param to the first offset that is kept
 * @param since when the first lost event may have been written
 * @param until when the first event that is kept was written
 */
public record Loss(
    Optional<UUID> tenantId,
    KnownTopic topic,
    int partition,
    long from,
    long to,
    Optional<Instant> since,
    Instant until) {}
