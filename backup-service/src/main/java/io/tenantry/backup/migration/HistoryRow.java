package io.tenantry.backup.migration;

import io.vertx.sqlclient.Row;
import java.util.Objects;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * A row of {@code flyway_schema_history}: a migration that was run.
 *
 * @param version as Flyway writes it; empty for a repeatable one
 * @param type {@code SQL} for all migrations that Tenantry runs
 */
record HistoryRow(
    Optional<String> version,
    String description,
    String type,
    String script,
    Optional<Integer> checksum,
    boolean success) {

  static final String SQL = "SQL";

  static HistoryRow of(Row row) {
    return new HistoryRow(
        Optional.ofNullable(row.getString("version")),
        row.getString("description"),
        row.getString("type"),
        row.getString("script"),
        Optional.ofNullable(row.getInteger("checksum")),
        row.getBoolean("success"));
  }

  /** Identifies the migration; of several rows with the same key, the last one counts. */
  String key() {
    return version.map(v -> "V" + v).orElse(script);
  }

  Optional<MigrationVersion> parsedVersion() {
    return version.map(MigrationVersion::fromVersion);
  }

  /** Whether Flyway regards it as the same migration. */
  boolean isSame(HistoryRow other) {
    return Objects.equals(checksum, other.checksum)
        && description.equals(other.description)
        && type.equals(other.type);
  }
}
