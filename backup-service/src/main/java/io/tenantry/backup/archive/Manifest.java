package io.tenantry.backup.archive;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
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
 * @param largeObjects how many large objects; 0 for a schema, which has none
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
    long largeObjects) {

  /** Who compressed the dump, by zstd. */
  @RegisterForReflection
  public enum Compression {
    /** pg_dump itself, which can since version 16. */
    pg_dump,
    /** The service, the dump as a whole. */
    stream
  }

  /** An extension, by its schema. */
  @RegisterForReflection
  public record Extension(String name, String schema, String version) {}

  /** A table and its rows. */
  @RegisterForReflection
  public record Table(String schema, String name, long rows) {}
}
