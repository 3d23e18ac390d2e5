package io.tenantry.backup.protection;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.backup.protection.TenantProtection.Status;
import io.tenantry.backup.protection.TenantProtection.Summary;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** Tenants' newest good backups and drills, over HTTP. */
@Path("/api/v1/protection")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class ProtectionResource {

  private final ProtectionStore store;

  ProtectionResource(ProtectionStore store) {
    this.store = store;
  }

  @GET
  @Operation(summary = "List tenants with their newest good backup and their newest drill")
  public Page<TenantProtection> list(
      @RestQuery
          @Pattern(
              regexp = "no_backup|backup_failed|drill_failed|not_drilled|good",
              message = "must be one of no_backup, backup_failed, drill_failed, not_drilled, good")
          @Nullable String status,
      @RestQuery
          @Size(min = 1, max = 255, message = "must have 1 to 255 characters")
          @Pattern(regexp = "[^\\x00]*", message = "must not contain a NUL character")
          @Nullable String name,
      @BeanParam @Valid PageRequest page) {
    return store.list(
        Optional.ofNullable(status).map(Status::of),
        Optional.ofNullable(name),
        page.afterId(),
        page.size());
  }

  @GET
  @Path("/summary")
  @Operation(summary = "Count tenants by whether their data could be restored")
  public Summary summary() {
    return store.summary();
  }
}
