package io.tenantry.tenant.externalservice;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Refuses;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.quota.Quotas;
import io.tenantry.tenant.quota.Resource;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Pattern;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** REST endpoints of a tenant's services. */
@Path("/api/v1/tenants/{tenant_id}/services")
@RolesAllowed(Roles.OPERATOR)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class ServiceResource {

  private static final String TYPES = "auth|realtime|storage";
  private static final String INVALID_TYPE = "must be one of auth, realtime, storage";

  private final Database database;
  private final ServiceStore store;
  private final TenantServices services;
  private final Quotas quotas;
  private final TenantDirectory tenants;

  ServiceResource(
      Database database,
      ServiceStore store,
      TenantServices services,
      Quotas quotas,
      TenantDirectory tenants) {
    this.database = database;
    this.store = store;
    this.services = services;
    this.quotas = quotas;
    this.tenants = tenants;
  }

  @GET
  @RolesAllowed(Roles.VIEWER)
  @Operation(summary = "List a tenant's services")
  @APIResponse(responseCode = "200", description = "The services")
  @Refuses(ErrorCode.TENANT_NOT_FOUND)
  public ServiceList list(@RestPath("tenant_id") UUID tenantId) {
    tenants.existing(tenantId);
    return new ServiceList(store.list(tenantId));
  }

  @PUT
  @Path("/{type}")
  @Operation(
      summary = "Register a tenant with a service",
      description = "Idempotent. A disabled service stays disabled.")
  @APIResponse(
      responseCode = "200",
      description = "The service",
      content = @Content(schema = @Schema(implementation = TenantService.class)))
  @Refuses({
    ErrorCode.TENANT_NOT_FOUND,
    ErrorCode.QUOTA_EXCEEDED,
    ErrorCode.TENANT_BUSY,
    ErrorCode.SERVICE_REGISTRATION_FAILED
  })
  public TenantService register(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath @Pattern(regexp = TYPES, message = INVALID_TYPE) String type) {
    TenantEntry tenant = tenants.existing(tenantId);
    if (tenant.status() != TenantStatus.ACTIVE) {
      throw new TenantryException(
          ErrorCode.TENANT_BUSY,
          "The tenant is "
              + tenant.status()
              + "; services are registered only while it is active.");
    }
    Optional<TenantService> found = store.find(tenantId, type);
    if (found.filter(service -> !service.status().equals("pending")).isPresent()) {
      return found.get();
    }
    if (found.isEmpty()) {
      database.transact(
          sql -> {
            quotas.requireAvailable(sql, tenantId, Resource.SERVICES, 1);
            store.add(sql, tenantId, type);
          });
    }
    services.register(
        new TenantServices.TenantInfo(
            tenantId, tenant.name(), tenant.environment(), tenant.region()),
        List.of(type));
    return get(tenantId, type);
  }

  @POST
  @Path("/{type}/disable")
  @Operation(summary = "Disable a tenant's service", description = "Idempotent.")
  @APIResponse(
      responseCode = "200",
      description = "The service",
      content = @Content(schema = @Schema(implementation = TenantService.class)))
  @Refuses(ErrorCode.SERVICE_NOT_FOUND)
  public TenantService disable(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath @Pattern(regexp = TYPES, message = INVALID_TYPE) String type) {
    return setEnabled(tenantId, type, false);
  }

  @POST
  @Path("/{type}/enable")
  @Operation(summary = "Enable a tenant's service again", description = "Idempotent.")
  @APIResponse(
      responseCode = "200",
      description = "The service",
      content = @Content(schema = @Schema(implementation = TenantService.class)))
  @Refuses(ErrorCode.SERVICE_NOT_FOUND)
  public TenantService enable(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath @Pattern(regexp = TYPES, message = INVALID_TYPE) String type) {
    return setEnabled(tenantId, type, true);
  }

  @DELETE
  @Path("/{type}")
  @Operation(
      summary = "Deregister a tenant from a service",
      description = "The service itself is called first. Idempotent.")
  @APIResponse(responseCode = "204", description = "The tenant does not have the service")
  @Refuses({ErrorCode.TENANT_NOT_FOUND, ErrorCode.SERVICE_REGISTRATION_FAILED})
  public void deregister(
      @RestPath("tenant_id") UUID tenantId,
      @RestPath @Pattern(regexp = TYPES, message = INVALID_TYPE) String type) {
    tenants.existing(tenantId);
    store
        .find(tenantId, type)
        .ifPresent(
            service -> {
              try {
                services.deregister(tenantId, service);
              } catch (IllegalStateException e) {
                throw new TenantryException(
                    ErrorCode.SERVICE_REGISTRATION_FAILED,
                    "The service %s could not be called to deregister the tenant; try again."
                        .formatted(type),
                    e);
              }
              store.remove(tenantId, type);
            });
  }

  private TenantService setEnabled(UUID tenantId, String type, boolean enabled) {
    if (!store.setEnabled(tenantId, type, enabled)) {
      throw notFound(type);
    }
    return get(tenantId, type);
  }

  private TenantService get(UUID tenantId, String type) {
    return store.find(tenantId, type).orElseThrow(() -> notFound(type));
  }

  private static TenantryException notFound(String type) {
    return new TenantryException(
        ErrorCode.SERVICE_NOT_FOUND, "The tenant has no service " + type + ".");
  }

  record ServiceList(List<TenantService> items) {}
}
