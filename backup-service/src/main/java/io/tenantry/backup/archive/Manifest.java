package io.tenantry.backup.archive;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a backup holds, and where it came from.
 *
 * @param schema the tenant's schema; absent if the backup is of a whole database
 * @param role the role the tenant logged in with
 * @param compression who compressed the dump
 * @param dumpBytes the bytes that pg_dump wrote
 * @param extensions what the database had beside the tables
 * @param tables its tables and their rows, counted in the snapshot that was dumped
 * @param rows the rows of all tables
 * @param largeObjects how many large objects are in the dump; 0 for a schema, since pg_dump cannot
 *     tell one tenant's from another's
 * @param largeObjectsLeftOut how many of the tenant's large objects are not in the dump
 * @param roles other roles than the tenant's own and Tenantry's that own something, have rights or
 *     are named by policies; a server that the backup is restored to may not have them
 * @param settings what ALTER DATABASE and ALTER ROLE … IN DATABASE had set for the whole database
 * @param searchPath the search path of the tenant's sessions, where one is configured
 * @param warnings what the tenant had that the backup does not hold, or that a restore leaves out
 *     or cannot create, in sentences
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

  /** Backups of older versions lack the last ones. */
  public Manifest {
    roles = roles == null ? List.of() : List.copyOf(roles);
    settings = settings == null ? List.of() : List.copyOf(settings);
    searchPath = searchPath == null ? List.of() : List.copyOf(searchPath);
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }

  /** The settings for a tenant that has this role in place of the backup's. */
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

  /** Who compressed the dump, by zstd. */
  @RegisterForReflection
  public enum Compression {
    /** pg_dump itself, which can since version 16. */
    PG_DUMP,
    /** The service, the dump as a whole. */
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
   * @param role the role whose sessions have it; absent if all have
   */
  @RegisterForReflection
  public record Setting(Optional<String> role, String name, String value) {}

  /** An extension, by its schema. */
  @RegisterForReflection
  public record Extension(String name, String schema, String version) {}

  /** A table and its rows. */
  @RegisterForReflection
  public record Table(String schema, String name, long rows) {}
}
