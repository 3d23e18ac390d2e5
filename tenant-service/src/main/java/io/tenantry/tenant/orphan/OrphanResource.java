package io.tenantry.tenant.orphan;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Orphaned databases and roles, over HTTP. */
@Path("/api/v1/orphans")
@RolesAllowed(Roles.ADMIN)
@RunOnVirtualThread
final class OrphanResource {

  private final Reaper reaper;
  private final MissingParts missing;

  OrphanResource(Reaper reaper, MissingParts missing) {
    this.reaper = reaper;
    this.missing = missing;
  }

  @GET
  @Operation(
      summary = "List databases and roles that Tenantry made and no tenant has",
      description = "unchecked names the clusters that could not be searched.")
  public OrphanList list() {
    return list(reaper.find());
  }

  @POST
  @Path("/reap")
  @Operation(summary = "Remove them now; the answer lists what was removed")
  public OrphanList reap(@Context ContainerRequestContext asked) {
    return list(reaper.reap(tenants -> AdminAudit.concerns(asked, tenants)));
  }

  private static OrphanList list(OrphanSearch.Found found) {
    return new OrphanList(found.items(), found.unchecked());
  }

  @GET
  @Path("/missing")
  @Operation(
      summary = "List the opposite: databases, schemas and roles of tenants that do not exist",
      description =
          "Of active and suspended tenants. What is gone is brought back by a restore; unchecked"
              + " names the clusters that did not answer.")
  public MissingList missing() {
    MissingParts.Found found = missing.search();
    return new MissingList(found.items(), found.unchecked());
  }

  /**
   * The missing parts of tenants.
   *
   * @param unchecked clusters that could not be asked
   */
  record MissingList(List<MissingPart> items, List<String> unchecked) {}

  /**
   * Orphans.
   *
   * @param unchecked clusters that could not be searched
   */
  record OrphanList(List<Orphan> items, List<String> unchecked) {}
}
