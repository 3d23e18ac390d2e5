package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.db.Columns;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.event.TenantEvent.BackupPolicy;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Stores blueprint versions. The content of a version never changes; only the flag of the current
 * version does, and missing backup policies are added.
 */
@Singleton
final class BlueprintStore {

  private final Database database;
  private final ObjectMapper mapper;

  BlueprintStore(Database database, ObjectMapper mapper) {
    this.database = database;
    this.mapper = mapper;
  }

  /** The current version of each blueprint, by name. */
  Map<String, String> currentVersions() {
    Map<String, String> versions = new TreeMap<>();
    database
        .run("SELECT name, version FROM control_plane.blueprints WHERE is_current")
        .forEach(row -> versions.put(row.getString("name"), row.getString("version")));
    return versions;
  }

  /** The files of a version; empty if it does not exist. */
  Optional<BlueprintFiles> files(String name, String version) {
    return database.first(
        row -> files(row.getString(0)),
        """
        SELECT content::text
        FROM control_plane.blueprints
        WHERE name = $1
          AND version = $2
        """,
        name,
        version);
  }

  /** The versions of one blueprint, newest first. */
  List<BlueprintVersion> versions(String name) {
    return select("WHERE name = $1 ORDER BY accepted_at DESC, version", name);
  }

  /** The current version of each blueprint, ordered by name. */
  List<BlueprintVersion> current() {
    return select("WHERE is_current ORDER BY name");
  }

  private List<BlueprintVersion> select(String condition, @Nullable Object... parameters) {
    return database.list(
        BlueprintStore::version,
        "SELECT name, version, is_current, shipped, accepted_at FROM control_plane.blueprints "
            + condition,
        parameters);
  }

  /**
   * Stores a version unless it exists, and makes it the current one.
   *
   * @return whether the version is new
   */
  boolean accept(BlueprintFiles files, Blueprint blueprint) {
    String name = blueprint.name();
    return database.inTransaction(
        sql -> {
          lock(sql, name);
          boolean added = insert(sql, files, blueprint, false);
          makeCurrent(sql, name, blueprint.version());
          return added;
        });
  }

  /**
   * Stores a version shipped with the service. It becomes the current one if it is new and an
   * operator has not chosen another version.
   */
  void acceptShipped(BlueprintFiles files, Blueprint blueprint) {
    String name = blueprint.name();
    database.transact(
        sql -> {
          lock(sql, name);
          if (insert(sql, files, blueprint, true) && !isChosen(sql, name)) {
            makeCurrent(sql, name, blueprint.version());
          }
        });
  }

  private static void lock(Sql sql, String name) {
    sql.run("SELECT pg_advisory_xact_lock(hashtext('blueprint ' || $1))", name);
  }

  private boolean insert(Sql sql, BlueprintFiles files, Blueprint blueprint, boolean shipped) {
    return sql.changedOne(
        """
        INSERT INTO control_plane.blueprints (
          name, version, content, shipped, backup_schedule, backup_retention_days, out_of_order)
        VALUES ($1, $2, $3::text::jsonb, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
        """,
        blueprint.name(),
        blueprint.version(),
        json(files),
        shipped,
        blueprint.backup().schedule(),
        blueprint.backup().retentionDays(),
        blueprint.outOfOrder());
  }

  /** Versions without a backup policy, which an earlier version of the service stored. */
  List<BlueprintVersion> withoutBackupPolicy() {
    return select("WHERE backup_schedule IS NULL ORDER BY name, version");
  }

  /** Records the backup policy of a version. */
  void recordBackupPolicy(String name, String version, BackupPolicy backup) {
    database.run(
        """
        UPDATE control_plane.blueprints
        SET backup_schedule = $3, backup_retention_days = $4
        WHERE name = $1
          AND version = $2
        """,
        name,
        version,
        backup.schedule(),
        backup.retentionDays());
  }

  /**
   * The first migration whose data depends on the time or on random values; an inner empty value if
   * there is none.
   *
   * @return empty if the search has not completed yet
   */
  Optional<Optional<String>> ownDataFrom(String name, String version) {
    return database.first(
        row -> Optional.of(row.getString(0)).filter(first -> !first.isEmpty()),
        """
        SELECT own_data_from
        FROM control_plane.blueprints
        WHERE name = $1
          AND version = $2
          AND own_data_from IS NOT NULL
        """,
        name,
        version);
  }

  /** Records the result of the search for such data, unless one is recorded. */
  void recordOwnDataFrom(String name, String version, Optional<String> first) {
    database.run(
        """
        UPDATE control_plane.blueprints
        SET own_data_from = $3
        WHERE name = $1
          AND version = $2
          AND own_data_from IS NULL
        """,
        name,
        version,
        first.orElse(""));
  }

  private static boolean isChosen(Sql sql, String name) {
    return sql.exists(
        """
        SELECT
        FROM control_plane.blueprints
        WHERE name = $1
          AND is_current
          AND NOT shipped
        """,
        name);
  }

  private static void makeCurrent(Sql sql, String name, String version) {
    // Two statements: a single one could violate the unique index on the current version.
    sql.send(
        """
        UPDATE control_plane.blueprints
        SET is_current = false
        WHERE name = $1
          AND is_current
          AND version <> $2
        """,
        name,
        version);
    sql.send(
        """
        UPDATE control_plane.blueprints
        SET is_current = true, current_since = now()
        WHERE name = $1
          AND version = $2
          AND NOT is_current
        """,
        name,
        version);
  }

  private static BlueprintVersion version(Row row) {
    return new BlueprintVersion(
        row.getString("name"),
        row.getString("version"),
        row.getBoolean("is_current"),
        row.getBoolean("shipped"),
        Columns.instant(row, "accepted_at"));
  }

  private BlueprintFiles files(String json) {
    try {
      return BlueprintFiles.of(mapper.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private String json(BlueprintFiles files) {
    try {
      return mapper.writeValueAsString(files.contents());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
