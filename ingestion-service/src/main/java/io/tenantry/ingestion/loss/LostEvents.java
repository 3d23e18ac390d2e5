package io.tenantry.ingestion.loss;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Events that were lost before delivery, as the API shows them.
 *
 * @param tenantId the tenant whose events were lost; absent for all tenants of the partition
 * @param topicId Kafka's id of the topic they were on
 * @param partition absent for all partitions of a topic that was replaced
 * @param fromOffset the offset of the first lost event
 * @param toOffset the first offset that is kept; absent if unknown
 * @param offsets the maximum number of lost messages, including messages of other tenants
 * @param fromTime when the first lost event may have been written
 * @param toTime when the first event that is kept was written, or when the loss was detected
 */
@RegisterForReflection
record LostEvents(
    long id,
    LossReason reason,
    Optional<UUID> tenantId,
    String topic,
    String topicId,
    String clusterId,
    Optional<Integer> partition,
    Optional<Long> fromOffset,
    Optional<Long> toOffset,
    Optional<Long> offsets,
    Optional<Instant> fromTime,
    Optional<Instant> toTime,
    Instant recordedAt) {}
