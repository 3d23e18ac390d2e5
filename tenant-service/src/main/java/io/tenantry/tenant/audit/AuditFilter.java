package io.tenantry.tenant.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Filters of the audit log; null matches any value.
 *
 * @param from the start of the period, inclusive
 * @param to the end of the period, exclusive
 */
record AuditFilter(
    @Nullable UUID tenantId,
    @Nullable String actor,
    @Nullable String action,
    @Nullable String outcome,
    @Nullable Instant from,
    @Nullable Instant to) {}
