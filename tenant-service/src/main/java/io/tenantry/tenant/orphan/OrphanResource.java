package io.tenantry.tenant.orphan;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Orphaned databases and roles, over HTTP. */
@Path("/api/v1/orphans")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
final class OrphanResource {

  private final Reaper reaper;

  OrphanResource(Reaper reaper) {
    this.reaper = reaper;
  }

  @GET
  @Operation(summary = "List databases and roles that Tenantry made and no tenant has")
  public OrphanList list() {
    return new OrphanList(reaper.find());
  }

  @POST
  @Path("/reap")
  @Operation(summary = "Remove them now; the answer lists what was removed")
  public OrphanList reap() {
    return new OrphanList(reaper.reap());
  }

  record OrphanList(List<Orphan> items) {}
}
