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
   * Files in the stores that have no record.
   *
   * @param count the number of all files; {@code items} has the first ones
   */
  @RegisterForReflection
  record Orphans(int count, List<OrphanFile> items) {}

  @GET
  @Operation(
      summary = "List files that have a backup's name but no record",
      description =
          "For example after the control database was restored from an older backup. Importable"
              + " files are kept until they are imported.")
  public Orphans list() {
    List<OrphanFile> all = imports.findOrphans();
    return new Orphans(all.size(), all.stream().limit(Imports.MAX_LISTED).toList());
  }
}
