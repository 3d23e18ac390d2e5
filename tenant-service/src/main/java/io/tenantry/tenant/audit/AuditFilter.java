package io.tenantry.tenant.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * Which rows a list shows; null for any.
 *
 * @param from the first moment
 * @param to the moment after the last
 */
record AuditFilter(
    UUID tenantId, String actor, String action, String outcome, Instant from, Instant to) {}
