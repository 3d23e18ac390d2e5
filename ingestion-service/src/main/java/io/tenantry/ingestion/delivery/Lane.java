package io.tenantry.ingestion.delivery;

import java.util.UUID;

/** A tenant's messages on one partition; on another there are some only after it got partitions. */
record Lane(int partition, UUID tenant) {}
