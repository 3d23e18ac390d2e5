package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.Maps;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Dumps tenants with pg_dump.
 *
 * <p>pg_dump logs in as {@code tenantry_dump}, which reads everything, and executes no code that a
 * tenant has planted. A session of the tenant's owner role exports the snapshot that pg_dump uses,
 * and reads in it, from the catalogs alone, what the dump does not contain. The rows are counted in
 * the dump, so no table is read twice, and no function of a tenant runs.
 */
@Singleton
public final class Dumps {

  private final Clusters clusters;
  private final PgPrograms programs;

  Dumps(Clusters clusters, PgPrograms programs) {
    this.clusters = clusters;
    this.programs = programs;
  }

  /**
   * Starts the dump of a tenant.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code PG_DUMP_UNUSABLE}, {@code
   *     DATABASE_UNAVAILABLE}, {@code CLUSTER_NOT_PREPARED}, {@code IDENTITY_MISMATCH}
   */
  public Dump start(TenantEntry tenant, ClusterAccess access) {
    TenantLocation data = tenant.data();
    Session owner = clusters.owner(access, TenantData.of(data));
    try {
      if (data.schema().isEmpty()) {
        LargeObjects.grantToDump(owner);
      }
      clusters.prepareDump(access, data.database());
      owner.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      Server server = owner.one(Server::of, Server.QUERY);
      PgPrograms.Programs client = programs.forServer(server.major());
      server.requireInertExtensions();
      return new Dump(
          new Source(tenant, server, client),
          owner,
          () -> clusters.dumpFailed(access),
          PgProcess.start(
              client.pgDump(),
              arguments(data, server.snapshot()),
              access,
              Login.dump(access),
              data.database(),
              ErrorCode.BACKUP_FAILED));
    } catch (SqlError e) {
      owner.close();
      throw refused(e);
    } catch (RuntimeException | Error e) {
      owner.close();
      throw e;
    }
  }

  private static TenantryException refused(SqlError error) {
    return new TenantryException(
        ErrorCode.BACKUP_FAILED,
        "PostgreSQL refused a statement of the backup: %s.".formatted(ProgramErrors.of(error)),
        error);
  }

  private static List<String> arguments(TenantLocation tenant, String snapshot) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--format=custom",
                "--compress=0",
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=60s",
                "--no-password"));
    // Quoted, it is a name and not a pattern.
    tenant.schema().ifPresent(schema -> arguments.add("--schema=" + quote(schema)));
    return arguments;
  }

  /**
   * What is needed before pg_dump may start.
   *
   * @param snapshot exported by the session
   * @param unsafeExtension an extension that pg_dump must not read
   */
  private record Server(
      String version,
      int major,
      String encoding,
      String collate,
      String ctype,
      String snapshot,
      Optional<String> unsafeExtension) {

    /**
     * pg_dump reads a configuration table that has a condition with a query, and planning that
     * query may run functions of the table's owner. A trusted extension's tables belong to a
     * superuser.
     */
    static final String QUERY =
        """
        SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
          pg_encoding_to_char(encoding), datcollate, datctype, pg_catalog.pg_export_snapshot(),
          (
            SELECT extname
            FROM pg_catalog.pg_extension
            CROSS JOIN unnest(extconfig, extcondition) AS config (relation, condition)
            JOIN pg_catalog.pg_class ON pg_class.oid = relation
            JOIN pg_catalog.pg_roles ON pg_roles.oid = relowner
            WHERE condition <> ''
              AND NOT rolsuper
            LIMIT 1
          )
        FROM pg_catalog.pg_database
        WHERE datname = current_database()
        """;

    static Server of(Row row) {
      return new Server(
          row.getString(0),
          row.getInteger(1),
          row.getString(2),
          row.getString(3),
          row.getString(4),
          row.getString(5),
          Optional.ofNullable(row.getString(6)));
    }

    void requireInertExtensions() {
      unsafeExtension.ifPresent(
          extension -> {
            throw new TenantryException(
                ErrorCode.BACKUP_FAILED,
                ("The tenant owns the configuration table of the extension %s, so pg_dump might run"
                        + " the tenant's functions to read it: make a superuser the table's owner.")
                    .formatted(extension));
          });
    }
  }

  /** The tenant and the programs of a dump. */
  private record Source(TenantEntry tenant, Server server, PgPrograms.Programs client) {

    TenantLocation data() {
      return tenant.data();
    }
  }

  /** What the catalogs say about the dumped snapshot. */
  private record Contents(
      List<RowCounts.Found> tables,
      List<Manifest.Extension> extensions,
      long ownLargeObjects,
      List<String> roles,
      List<Manifest.Setting> settings,
      List<String> searchPath,
      List<String> warnings) {

    static Contents read(Session owner, TenantLocation data) {
      Optional<String> schema = data.schema();
      long ownLargeObjects = schema.isPresent() ? LargeObjects.countOwn(owner) : 0;
      return new Contents(
          RowCounts.tables(owner, schema),
          extensions(owner),
          ownLargeObjects,
          OtherRoles.of(owner, data),
          schema.isPresent() ? List.of() : DatabaseSettings.of(owner, data.database()),
          TenantSearchPath.configured(owner, data.role()),
          BackupWarnings.of(owner, data, ownLargeObjects));
    }

    private static List<Manifest.Extension> extensions(Session owner) {
      return owner.list(
          row -> new Manifest.Extension(row.getString(0), row.getString(1), row.getString(2)),
          """
          SELECT e.extname, n.nspname, e.extversion
          FROM pg_catalog.pg_extension e
          JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
          WHERE e.extname <> 'plpgsql'
          ORDER BY e.extname
          """);
    }

    /**
     * Returns the tables with their rows. The catalogs and the dump, of the same snapshot, must
     * have the same tables.
     */
    List<Manifest.Table> counted(Map<Long, Long> rows) {
      if (!rows.keySet()
          .equals(tables.stream().map(RowCounts.Found::oid).collect(Collectors.toSet()))) {
        throw unreadable("its tables are not those of the database", null);
      }
      return tables.stream().map(table -> table.withRows(Maps.require(rows, table.oid()))).toList();
    }
  }

  /**
   * @param reason the end of a sentence
   */
  private static TenantryException unreadable(String reason, @Nullable IOException cause) {
    return new TenantryException(
        ErrorCode.BACKUP_FAILED,
        "The rows in pg_dump's output cannot be counted: %s.".formatted(reason),
        cause);
  }

  /** A dump in progress. */
  public static final class Dump implements AutoCloseable {

    private final Source source;
    private final Session owner;
    private final Runnable failedAtOnce;
    private final PgProcess process;
    private final CompletableFuture<Contents> contents;
    private final CompletableFuture<Void> outputStarted = new CompletableFuture<>();
    private final CompletableFuture<Void> snapshotTaken;
    private DumpReader.@Nullable Counts counts;

    /**
     * @param failedAtOnce called if pg_dump fails before it writes anything
     */
    private Dump(Source source, Session owner, Runnable failedAtOnce, PgProcess process) {
      this.source = source;
      this.owner = owner;
      this.failedAtOnce = failedAtOnce;
      this.process = process;
      this.contents =
          CompletableFuture.supplyAsync(
              () -> Contents.read(owner, source.data()), Thread::startVirtualThread);
      // pg_dump writes after it has imported the snapshot, which is then its own.
      this.snapshotTaken = contents.runAfterBoth(outputStarted, owner::close);
    }

    /**
     * Writes what pg_dump writes, uncompressed, and counts its rows.
     *
     * @param progress receives the number of bytes written
     */
    public void writeTo(OutputStream out, LongConsumer progress)
        throws IOException, InterruptedException {
      try {
        counts =
            DumpReader.copy(
                process.output(),
                out,
                bytes -> {
                  outputStarted.complete(null);
                  progress.accept(bytes);
                });
      } catch (EOFException e) {
        if (!outputStarted.isDone()) {
          failedAtOnce.run();
        }
        // What pg_dump reports is the cause.
        process.awaitSuccess();
        throw unreadable("it is truncated", e);
      } catch (DumpReader.Malformed e) {
        throw unreadable(e.reason(), e);
      }
    }

    /** Waits until pg_dump has succeeded, after {@link #writeTo}. */
    public Manifest finish() throws InterruptedException {
      process.awaitSuccess();
      Contents found = await();
      DumpReader.Counts counted = Objects.requireNonNull(counts);
      List<Manifest.Table> tables = found.counted(counted.rows());
      TenantEntry tenant = source.tenant();
      TenantLocation data = source.data();
      return new Manifest(
          tenant.blueprint(),
          tenant.blueprintVersion(),
          data.cluster(),
          data.database(),
          data.schema(),
          data.role(),
          source.server().version(),
          source.client().version().full(),
          Manifest.Compression.STREAM,
          counted.bytes(),
          source.server().encoding(),
          source.server().collate(),
          source.server().ctype(),
          found.extensions(),
          tables,
          tables.stream().mapToLong(Manifest.Table::rows).sum(),
          counted.largeObjects(),
          found.ownLargeObjects(),
          found.roles(),
          found.settings(),
          found.searchPath(),
          found.warnings());
    }

    private Contents await() {
      try {
        return contents.join();
      } catch (CompletionException e) {
        throw switch (e.getCause()) {
          case SqlError refusal -> refused(refusal);
          case RuntimeException known -> known;
          case null, default -> e;
        };
      }
    }

    /** Kills pg_dump. */
    public void end() {
      process.end();
    }

    @Override
    public void close() {
      end();
      snapshotTaken.cancel(false);
      owner.close();
    }
  }
}
