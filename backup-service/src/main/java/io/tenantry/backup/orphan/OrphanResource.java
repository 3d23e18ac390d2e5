package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tenantry.kernel.auth.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Stored backups without a record, over HTTP. */
@Path("/api/v1/backups/orphans")
@RolesAllowed(Roles.VIEWER)
@RunOnVirtualThread
@Produces(MediaType.APPLICATION_JSON)
final class OrphanResource {

  private final Imports imports;

  OrphanResource(Imports imports) {
    this.imports = imports;
  }

  /**
   * What is in the stores and has no record here.
   *
   * @param count how many there are; the first are listed
   */
  @RegisterForReflection
  record Orphans(int count, List<OrphanFile> items) {}

  @GET
  @Operation(
      summary = "List files that are named as backups, and of which there is no record",
      description =
          "As after a restore of the control database from an older backup. Those that can be"
              + " imported are kept until they are.")
  public Orphans list() {
    List<OrphanFile> all = imports.orphans();
    return new Orphans(all.size(), all.stream().limit(Imports.NAMED).toList());
  }
}
