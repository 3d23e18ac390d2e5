package io.tenantry.ingestion.loss;

import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Events that the topic does not keep any more, though they were not delivered.
 *
 * @param tenantId whose events; empty for all tenants of the partition
 * @param topic the topic they were on
 * @param from the offset of the first
 * @param to the first offset that is kept
 * @param since when the first may have come
 * @param until when the first came that is kept
 */
public record Loss(
    Optional<UUID> tenantId,
    KnownTopic topic,
    int partition,
    long from,
    long to,
    Optional<Instant> since,
    Instant until) {}
