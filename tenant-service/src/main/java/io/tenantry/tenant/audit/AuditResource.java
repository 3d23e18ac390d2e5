package io.tenantry.tenant.audit;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.NumberedPageRequest;
import io.tenantry.kernel.http.Page;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** REST endpoint that reads the audit log. */
@Path("/api/v1/audit")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class AuditResource {

  private final AuditStore store;

  AuditResource(AuditStore store) {
    this.store = store;
  }

  @GET
  @Operation(
      summary = "Read the audit log, newest first",
      description =
          "Contains every admin action and every refused use of a key, of all services. Rows are"
              + " never changed; they are deleted after AUDIT_RETENTION.")
  public Page<AuditRecord> list(
      @RestQuery("tenant_id") @Pattern(regexp = Page.UUID_PATTERN, message = "must be a tenant id")
          @Nullable String tenantId,
      @RestQuery @Size(max = 255, message = "must have at most 255 characters")
          @Nullable String actor,
      @RestQuery @Size(max = 300, message = "must have at most 300 characters")
          @Nullable String action,
      @RestQuery
          @Pattern(
              regexp = "succeeded|refused|failed",
              message = "must be succeeded, refused or failed")
          @Nullable String outcome,
      @Schema(description = "The start of the period, inclusive, RFC 3339") @RestQuery
          @Nullable String from,
      @Schema(description = "The end of the period, exclusive, RFC 3339") @RestQuery
          @Nullable String to,
      @BeanParam @Valid NumberedPageRequest page) {
    List<FieldError> errors = new ArrayList<>();
    AuditFilter filter =
        new AuditFilter(
            Optional.ofNullable(tenantId).map(UUID::fromString).orElse(null),
            actor,
            action,
            outcome,
            time("from", from, errors),
            time("to", to, errors));
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    return store.list(filter, page.afterNumber().orElse(null), page.size());
  }

  private static @Nullable Instant time(
      String field, @Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return null;
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() >= 1970 && time.getYear() <= 9999) {
        return time.toInstant();
      }
    } catch (DateTimeException e) {
      // Reported below, like a year out of range.
    }
    errors.add(new FieldError(field, "must be an RFC 3339 timestamp"));
    return null;
  }
}
