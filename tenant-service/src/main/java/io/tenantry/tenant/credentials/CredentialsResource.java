package io.tenantry.tenant.credentials;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.audit.AuditLog;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.registry.Tenants;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** How a tenant logs in, over HTTP. */
@Path("/api/v1/tenants")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
final class CredentialsResource {

  private static final int DEFAULT_OVERLAP_SECONDS = 3600;

  private final TenantCredentials credentials;
  private final CredentialsStore store;
  private final Tenants tenants;
  private final AuditLog audit;

  CredentialsResource(
      TenantCredentials credentials, CredentialsStore store, Tenants tenants, AuditLog audit) {
    this.credentials = credentials;
    this.store = store;
    this.tenants = tenants;
    this.audit = audit;
  }

  @GET
  @Path("/{tenant_id}/connection-string")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Read a tenant's connection string, password included",
      description = "For the role admin alone. It is in the audit log before it is answered.")
  @APIResponse(
      responseCode = "200",
      description = "How the tenant logs in",
      content = @Content(schema = @Schema(implementation = Connection.class)))
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.TENANT_BUSY})
  public Response connectionString(
      @RestPath("tenant_id") UUID tenantId,
      @Context SecurityContext caller,
      @Context HttpServerRequest request) {
    TenantStatus status = tenants.get(tenantId).status();
    Connection connection =
        store
            .connection(tenantId)
            .orElseThrow(
                () ->
                    new TenantryException(ErrorCode.TENANT_BUSY, "The tenant is " + status + "."));
    audit.append(
        new AuditEntry(
            AdminAudit.actor(caller.getUserPrincipal()),
            "GET /api/v1/tenants/{tenant_id}/connection-string",
            Optional.of(tenantId),
            Optional.of(request.remoteAddress().hostAddress()),
            AuditEntry.Outcome.SUCCEEDED,
            Optional.empty(),
            Map.of()));
    return Response.ok(connection).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  @POST
  @Path("/{tenant_id}/credentials/rotate")
  @Operation(
      summary = "Give a tenant a new role and password to log in with",
      description =
          "Answers when they were tried and stored. The former ones stay valid for the overlap, then"
              + " their sessions end.")
  @APIResponse(
      responseCode = "200",
      description = "They are rotated",
      content = @Content(schema = @Schema(implementation = TenantCredentials.Rotated.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.TENANT_BUSY,
    ErrorCode.ROTATION_IN_PROGRESS,
    ErrorCode.ROTATION_FAILED
  })
  public TenantCredentials.Rotated rotate(
      @RestPath("tenant_id") UUID tenantId, RotateCredentials request) {
    return credentials.rotate(
        tenantId,
        Duration.ofSeconds(
            Optional.ofNullable(request.overlapSeconds()).orElse(DEFAULT_OVERLAP_SECONDS)));
  }

  /** The body of POST …/credentials/rotate. */
  record RotateCredentials(
      @Schema(
              description =
                  "For how many seconds the former credentials stay valid, too; an hour if left"
                      + " out, 0 ends them at once, with those before them")
          @Min(value = 0, message = "must be at least 0")
          @Max(value = 2_592_000, message = "must be at most 2592000, 30 days")
          Integer overlapSeconds) {}

  /**
   * How a tenant logs in: a URL as libpq and most drivers read it.
   *
   * @param sslRootCertificate in PEM, what the server's certificate is checked against: for the
   *     client's {@code sslrootcert}
   */
  record Connection(String connectionString, Optional<String> sslRootCertificate) {

    @Override
    public String toString() {
      return "Connection[]";
    }
  }
}
