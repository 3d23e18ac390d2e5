package io.tenantry.ingestion.delivery;

import java.util.UUID;

/**
 * A tenant and the partition with its messages. The partition changes only when the topic gets more
 * partitions.
 */
record TenantPartition(int partition, UUID tenant) {}
