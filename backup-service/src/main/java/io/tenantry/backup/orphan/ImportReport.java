package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an import did or would do. The counts are complete; the lists have the first entries only.
 *
 * @param importedCount the number of backups that were or would be imported
 * @param refusedCount the number of files that cannot be imported
 */
@RegisterForReflection
record ImportReport(
    int importedCount, int refusedCount, List<Imported> imported, List<Refused> refused) {

  /**
   * An imported backup.
   *
   * @param stores the stores that have it
   */
  @RegisterForReflection
  record Imported(UUID backupId, UUID tenantId, List<String> stores) {}

  /** A file that could not be imported; it is kept. */
  @RegisterForReflection
  record Refused(
      String store,
      String key,
      OrphanFile.Kind kind,
      @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> code,
      String reason) {}
}
