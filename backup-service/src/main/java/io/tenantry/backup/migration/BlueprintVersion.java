package io.tenantry.backup.migration;

import io.tenantry.kernel.migration.MigrationName;
import io.tenantry.kernel.tenant.GoldenTemplateName;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * One version of a blueprint, with its migrations.
 *
 * @param version its content hash
 * @param sql the texts of its migrations by their file names, {@code V1__a.sql}, {@code U1__a.sql},
 *     {@code R__b.sql}
 * @param outOfOrder whether a migration may run that is older than those already run
 */
record BlueprintVersion(
    String blueprint, String version, Map<String, String> sql, boolean outOfOrder) {

  private static final String SQL = ".sql";
  private static final String CONFIG = ".conf";

  /** The name of the golden template database that tenant-service builds from it. */
  String templateName() {
    return GoldenTemplateName.of(blueprint, version);
  }

  /** Whether a file is a forward migration, not an undo script. */
  static boolean isForward(String file) {
    return file.endsWith(SQL) && !file.startsWith("U");
  }

  /** The undo script of a migration. */
  Optional<String> undo(MigrationVersion version) {
    return sql.keySet().stream()
        .filter(file -> file.startsWith("U") && file.endsWith(SQL))
        .filter(file -> versionOf(file).equals(Optional.of(version)))
        .findFirst();
  }

  /** A file's version by its name; empty for a repeatable one. */
  static Optional<MigrationVersion> versionOf(String file) {
    return MigrationName.of(file).version();
  }

  /** Flyway's settings for a file, if it has any: {@code executeInTransaction=false}. */
  Optional<String> config(String file) {
    return Optional.ofNullable(sql.get(file + CONFIG));
  }
}
