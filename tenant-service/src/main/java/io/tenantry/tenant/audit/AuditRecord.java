package io.tenantry.tenant.audit;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One row of the audit log.
 *
 * @param position its place in the log
 * @param service where it happened
 * @param actor who did it: {@code key:admin}, {@code user:…}, {@code api_key:…}, {@code kafka} or
 *     {@code unknown}
 * @param action what was done: a method and a path with names in place of ids, or a name of its own
 * @param tenantId the tenant it concerns; empty if none or several
 * @param tenantIds all tenants it concerns
 * @param source the network address it came from
 * @param outcome {@code succeeded}, {@code refused} or {@code failed}
 * @param code the stable code of the error that was answered
 */
record AuditRecord(
    long position,
    Instant occurredAt,
    String service,
    String actor,
    String action,
    Optional<UUID> tenantId,
    List<UUID> tenantIds,
    Optional<String> source,
    String outcome,
    Optional<String> code,
    @Schema(implementation = Object.class) @JsonRawValue String details) {}
