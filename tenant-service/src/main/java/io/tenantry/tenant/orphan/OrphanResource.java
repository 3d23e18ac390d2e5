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

/** REST endpoints of orphaned and missing databases, schemas and roles. */
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
      summary = "List orphaned databases, schemas and roles, which do not belong to a tenant",
      description = "unchecked lists the clusters that could not be searched.")
  public OrphanList list() {
    return list(reaper.find());
  }

  @POST
  @Path("/reap")
  @Operation(summary = "Remove or quarantine orphans now")
  public OrphanList reap(@Context ContainerRequestContext asked) {
    return list(reaper.reap(tenants -> AdminAudit.concerns(asked, tenants)));
  }

  private static OrphanList list(OrphanSearch.Found found) {
    return new OrphanList(found.items(), found.unchecked());
  }

  @GET
  @Path("/missing")
  @Operation(
      summary = "List databases, schemas and roles of tenants that are missing on their cluster",
      description =
          "Covers active and suspended tenants. A restore recreates missing data. unchecked lists"
              + " the clusters that did not respond.")
  public MissingList missing() {
    MissingParts.Found found = missing.search();
    return new MissingList(found.items(), found.unchecked());
  }

  /**
   * The missing parts of tenants.
   *
   * @param unchecked clusters that could not be checked
   */
  record MissingList(List<MissingPart> items, List<String> unchecked) {}

  /**
   * A list of orphans.
   *
   * @param unchecked clusters that could not be searched
   */
  record OrphanList(List<Orphan> items, List<String> unchecked) {}
}
