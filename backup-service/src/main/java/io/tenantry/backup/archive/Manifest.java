package io.tenantry.backup.archive;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The contents of a backup, and the database they came from.
 *
 * @param schema the tenant's schema; absent if the backup is of a whole database
 * @param role the role the tenant logged in with
 * @param compression what compressed the dump
 * @param dumpBytes the bytes that pg_dump wrote
 * @param extensions the database's extensions
 * @param tables the tables with their numbers of rows in the dump
 * @param rows the number of rows in all tables
 * @param largeObjects the number of large objects in the dump; 0 for a schema, because pg_dump
 *     cannot select one tenant's large objects
 * @param largeObjectsLeftOut the number of the tenant's large objects that are not in the dump
 * @param roles roles other than the tenant's and Tenantry's that own objects, have privileges or
 *     are named in policies; the target server of a restore may lack them
 * @param settings the settings of ALTER DATABASE and ALTER ROLE … IN DATABASE; empty for a schema
 * @param searchPath the configured search path of the tenant's sessions; empty if there is none
 * @param warnings sentences about objects that the backup does not contain, or that a restore
 *     leaves out or cannot create
 */
@RegisterForReflection
public record Manifest(
    String blueprint,
    String blueprintVersion,
    String cluster,
    String database,
    Optional<String> schema,
    String role,
    String serverVersion,
    String pgDumpVersion,
    Compression compression,
    long dumpBytes,
    String encoding,
    String collate,
    String ctype,
    List<Extension> extensions,
    List<Table> tables,
    long rows,
    long largeObjects,
    long largeObjectsLeftOut,
    List<String> roles,
    List<Setting> settings,
    List<String> searchPath,
    List<String> warnings) {

  /** Backups of older versions lack the last components. */
  public Manifest {
    roles = roles == null ? List.of() : List.copyOf(roles);
    settings = settings == null ? List.of() : List.copyOf(settings);
    searchPath = searchPath == null ? List.of() : List.copyOf(searchPath);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** The settings for a tenant whose role replaces the backup's. */
  public List<Setting> settingsFor(String other) {
    return settings.stream()
        .map(
            setting ->
                new Setting(
                    setting.role().map(name -> name.replace(role, other)),
                    setting.name(),
                    setting.value()))
        .toList();
  }

  /** What compressed the dump with zstd. */
  @RegisterForReflection
  public enum Compression {
    /** pg_dump itself; only in backups of older versions, which could not read the dump. */
    PG_DUMP,
    /** backup-service, the whole dump as one stream. */
    STREAM;

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A setting of the database.
   *
   * @param role the role whose sessions it applies to; absent for all roles
   */
  @RegisterForReflection
  public record Setting(Optional<String> role, String name, String value) {}

  /** An extension and its schema. */
  @RegisterForReflection
  public record Extension(String name, String schema, String version) {}

  /** A table and its row count. */
  @RegisterForReflection
  public record Table(String schema, String name, long rows) {}
}
