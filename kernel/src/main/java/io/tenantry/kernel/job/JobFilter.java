package io.tenantry.kernel.job;

import java.util.Optional;
import java.util.UUID;

/** A filter for jobs. */
public record JobFilter(
    Optional<UUID> tenantId, Optional<String> type, Optional<Job.Status> status) {}
