package io.tenantry.ingestion.loss;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * Events that were gone from the topic before they were delivered, as the API shows them.
 *
 * @param tenantId whose events; absent for all tenants of the partition
 * @param topicId Kafka's id of the topic they were on
 * @param partition absent for all partitions of a topic that was replaced
 * @param fromOffset the offset of the first
 * @param toOffset the first offset that is kept; absent if it is not known
 * @param offsets how many messages were lost at most: those of other tenants are among them
 * @param fromTime when the first may have come
 * @param toTime when the first came that is kept, or when the loss was noticed
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
