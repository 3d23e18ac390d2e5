package io.tenantry.backup.store;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.Refuses;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;

/** Backup stores, over HTTP. */
@Path("/api/v1/stores")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class StoreResource {

  private final Stores stores;

  StoreResource(Stores stores) {
    this.stores = stores;
  }

  @GET
  @Operation(summary = "List the backup stores with their states")
  public Page<StoreStatus> list() {
    return new Page<>(stores.all().stream().map(BackupStore::status).toList(), Optional.empty());
  }

  @POST
  @Path("/{name}/claim")
  @RolesAllowed(Roles.ADMIN)
  @Operation(
      summary = "Claim a backup store for this installation",
      description =
          "For a store with backups that this control database does not know, or without its"
              + " marker. Afterwards, retention removes leftovers in it. A store with the marker of"
              + " another installation cannot be claimed.")
  @APIResponse(
      responseCode = "200",
      description = "The store",
      content = @Content(schema = @Schema(implementation = StoreStatus.class)))
  @Refuses({ErrorCode.STORE_NOT_FOUND, ErrorCode.STORE_BELONGS_TO_ANOTHER_INSTALLATION})
  public StoreStatus claim(@RestPath String name) {
    return stores.all().stream()
        .filter(store -> store.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.STORE_NOT_FOUND, "No store " + name + " is configured."))
        .claim();
  }
}
