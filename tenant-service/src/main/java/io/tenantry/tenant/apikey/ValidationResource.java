package io.tenantry.tenant.apikey;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.KeyCheck;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.auth.TenantKeys;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.tenant.TenantStatus;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** REST endpoint that checks API keys, for services without access to the control database. */
@Path("/api/v1/api-keys/validate")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class ValidationResource {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final TenantKeys keys;
  private final AuditLog audit;

  ValidationResource(TenantKeys keys, AuditLog audit) {
    this.keys = keys;
    this.audit = audit;
  }

  @POST
  @Operation(
      summary = "Check a tenant's API key",
      description =
          "Performs the same check as the services. A result may be cached for half a second; a"
              + " revoked key is refused within one second. The token of a portal link is valid for"
              + " the scope portal only.")
  @APIResponse(
      responseCode = "200",
      description = "Whether the key is valid; also returned for an invalid key",
      content = @Content(schema = @Schema(implementation = Validation.class)))
  public Validation validate(
      ValidateKey request,
      @Context ContainerRequestContext context,
      @Context HttpServerRequest http) {
    context.setProperty(AdminAudit.LOOKS_ONLY, true);
    Validation validation =
        switch (Database.await(keys.check(request.key()), TIMEOUT)) {
          case KeyCheck.Known known when known.tenant() != TenantStatus.ACTIVE ->
              refused("tenant_not_active", Optional.of(known.holder()));
          case KeyCheck.Known known when !permits(known.holder().scopes(), request.scope()) ->
              refused("missing_scope", Optional.of(known.holder()));
          case KeyCheck.Known known -> valid(known.holder(), known.expiresAt());
          case KeyCheck.Refused refused -> refused(refused.reason().toString(), refused.holder());
        };
    if (!validation.valid()) {
      auditRefusal(validation, http);
    }
    return validation;
  }

  /**
   * Whether these scopes are what the caller asks for. The token of a portal link is no API key:
   * only who asks for its scope expects it.
   */
  private static boolean permits(List<String> scopes, @Nullable String wanted) {
    return wanted == null ? !scopes.equals(List.of(Roles.PORTAL_SCOPE)) : scopes.contains(wanted);
  }

  private static Validation valid(TenantPrincipal holder, Optional<Instant> expiresAt) {
    return new Validation(
        true,
        Optional.empty(),
        Optional.of(holder.tenantId()),
        Optional.of(holder.keyId()),
        Optional.of(holder.scopes()),
        expiresAt);
  }

  private static Validation refused(String reason, Optional<TenantPrincipal> holder) {
    return new Validation(
        false,
        Optional.of(reason),
        holder.map(TenantPrincipal::tenantId),
        holder.map(TenantPrincipal::keyId),
        Optional.empty(),
        Optional.empty());
  }

  private void auditRefusal(Validation refused, HttpServerRequest http) {
    audit.submit(
        new AuditEntry(
            refused.keyId().map(AuditEntry::ofKey).orElse(AuditEntry.UNKNOWN),
            http.method() + " " + http.path(),
            refused.tenantId(),
            Optional.of(http.remoteAddress().hostAddress()),
            AuditEntry.Outcome.REFUSED,
            Optional.empty(),
            Map.of("reason", refused.reason().orElseThrow())));
  }

  /** The request body: the key that a client presented, and the scope it needs. */
  record ValidateKey(
      @NotNull(message = "is required")
          @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
          String key,
      @Schema(description = "A scope that the key must have; any if omitted")
          @Size(max = 64, message = "must have at most 64 characters")
          @Nullable String scope) {

    @Override
    public String toString() {
      return "ValidateKey[]";
    }
  }
}
