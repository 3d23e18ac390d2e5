package io.tenantry.tenant.audit;

import java.time.Instant;
import java.util.UUID;

/**
 * Filters of the audit log; null matches any value.
 *
 * @param from the start of the period, inclusive
 * @param to the end of the period, exclusive
 */
record AuditFilter(
    UUID tenantId, String actor, String action, String outcome, Instant from, Instant to) {}
