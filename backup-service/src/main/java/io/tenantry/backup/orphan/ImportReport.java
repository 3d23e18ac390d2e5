package io.tenantry.backup.orphan;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What an import did, or would do. The lists name the first of many; the numbers count all.
 *
 * @param importedCount how many backups have a record now, or would have
 * @param refusedCount how many files could not be imported, or could not be
 */
@RegisterForReflection
record ImportReport(
    int importedCount, int refusedCount, List<Imported> imported, List<Refused> refused) {

  /**
   * A backup that has a record again.
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
