package io.tenantry.tenant.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a list shows; null for any.
 *
 * @param from the first moment
 * @param to the moment after the last
 */
record AuditFilter(
    @Nullable UUID tenantId,
    @Nullable String actor,
    @Nullable String action,
    @Nullable String outcome,
    @Nullable Instant from,
    @Nullable Instant to) {}
