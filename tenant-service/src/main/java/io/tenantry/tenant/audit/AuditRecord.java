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
 * @param position the row's position in the log
 * @param service the service that performed the action
 * @param actor who performed the action: {@code key:admin}, {@code user:…}, {@code api_key:…},
 *     {@code kafka} or {@code unknown}
 * @param action the HTTP method and the path template, or the name of another action
 * @param tenantId the tenant concerned; empty if none or several
 * @param tenantIds all tenants concerned
 * @param source the network address of the client
 * @param outcome {@code succeeded}, {@code refused} or {@code failed}
 * @param code the error code of the response
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
    @Schema(implementation = Object.class) @JsonRawValue String details) {

  /** The same without the ids of the tenants, with other details. */
  AuditRecord withoutTenants(String changed) {
    return new AuditRecord(
        position,
        occurredAt,
        service,
        actor,
        action,
        Optional.empty(),
        List.of(),
        source,
        outcome,
        code,
        changed);
  }
}
