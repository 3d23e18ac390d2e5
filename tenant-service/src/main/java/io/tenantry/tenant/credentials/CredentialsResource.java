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

/** REST endpoints of a tenant's login credentials. */
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
      description =
          "Requires the role admin. The request is written to the audit log before the response is sent.")
  @APIResponse(
      responseCode = "200",
      description = "The connection string",
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
                    new TenantryException(
                        ErrorCode.TENANT_BUSY,
                        "The tenant is " + status + "; it has no connection string now."));
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
      summary = "Rotate a tenant's login role and password",
      description =
          "Responds after the new credentials are tested and stored. The previous ones stay valid"
              + " for the overlap; then their sessions are terminated.")
  @APIResponse(
      responseCode = "200",
      description = "The new login role",
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

  /** The request body of {@code POST …/credentials/rotate}. */
  record RotateCredentials(
      @Schema(
              description =
                  "How many seconds the previous credentials stay valid; one hour if omitted; 0"
                      + " revokes them and any older ones immediately")
          @Min(value = 0, message = "must be at least 0")
          @Max(value = 2_592_000, message = "must be at most 2592000, 30 days")
          Integer overlapSeconds) {}

  /**
   * A tenant's connection string, a URL that libpq and most drivers accept.
   *
   * @param sslRootCertificate the CA certificates, in PEM, for the client's {@code sslrootcert};
   *     empty if the server's certificate is not verified
   */
  record Connection(String connectionString, Optional<String> sslRootCertificate) {

    @Override
    public String toString() {
      return "Connection[]";
    }
  }
}
