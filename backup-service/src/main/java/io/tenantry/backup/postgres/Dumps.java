package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantEntry;
import io.tenantry.kernel.tenant.TenantLocation;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Dumps tenants with pg_dump.
 *
 * <p>pg_dump logs in as {@code tenantry_dump}, and so does the session that exports its snapshot:
 * neither executes code that a tenant has planted. The rows are counted in the same snapshot by a
 * session of the tenant's owner role, because counting may execute such code.
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
   * Starts the dump of a tenant, and counts its rows meanwhile in the same snapshot.
   *
   * @throws io.tenantry.kernel.error.TenantryException {@code PG_DUMP_UNUSABLE}, {@code
   *     DATABASE_UNAVAILABLE}, {@code CLUSTER_NOT_PREPARED}, {@code IDENTITY_MISMATCH}
   */
  public Dump start(TenantEntry tenant, ClusterAccess access) {
    List<Session> sessions = new ArrayList<>();
    try {
      TenantLocation data = tenant.data();
      Session owner = clusters.owner(access, TenantData.of(data));
      sessions.add(owner);
      Server server = server(owner);
      PgPrograms.Programs client = programs.forServer(server.major());
      if (data.schema().isEmpty()) {
        LargeObjects.grantToDump(owner);
      }
      Session exporting = clusters.dump(access, data.database());
      sessions.add(exporting);
      exporting.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      String snapshot =
          exporting.first(row -> row.getString(0), "SELECT pg_export_snapshot()").orElseThrow();
      // As pg_dump: fail rather than miss rows that a policy hides. And leave the CPUs to the dump.
      owner.execute(
          """
          BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
          SET TRANSACTION SNAPSHOT %s;
          SET LOCAL row_security = off;
          SET LOCAL max_parallel_workers_per_gather = 0
          """
              .formatted(literal(snapshot)));
      requireInertExtensions(owner);
      return new Dump(
          new Source(tenant, access, server, client, snapshot),
          List.copyOf(sessions),
          PgProcess.start(
              client.pgDump(),
              arguments(data, client, snapshot),
              access,
              Login.dump(access),
              data.database(),
              ErrorCode.BACKUP_FAILED));
    } catch (SqlError e) {
      sessions.forEach(Session::close);
      throw refused(e);
    } catch (RuntimeException | Error e) {
      sessions.forEach(Session::close);
      throw e;
    }
  }

  private static TenantryException refused(SqlError error) {
    return new TenantryException(
        ErrorCode.BACKUP_FAILED,
        "PostgreSQL refused a statement of the backup: %s.".formatted(ProgramErrors.of(error)),
        error);
  }

  private static Server server(Session session) {
    return session
        .first(
            Server::of,
            """
            SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
              pg_encoding_to_char(encoding), datcollate, datctype
            FROM pg_catalog.pg_database
            WHERE datname = current_database()
            """)
        .orElseThrow();
  }

  /**
   * pg_dump reads a configuration table that has a condition with a query, and planning that query
   * may run functions of the table's owner. A trusted extension's tables belong to a superuser.
   */
  private static void requireInertExtensions(Session session) {
    session
        .first(
            row -> row.getString(0),
            """
            SELECT extname
            FROM pg_catalog.pg_extension
            CROSS JOIN unnest(extconfig, extcondition) AS config (relation, condition)
            JOIN pg_catalog.pg_class ON pg_class.oid = relation
            JOIN pg_catalog.pg_roles ON pg_roles.oid = relowner
            WHERE condition <> ''
              AND NOT rolsuper
            """)
        .ifPresent(
            extension -> {
              throw new TenantryException(
                  ErrorCode.BACKUP_FAILED,
                  ("The tenant owns the configuration table of the extension %s, so pg_dump might run"
                          + " the tenant's functions to read it: make a superuser the table's owner.")
                      .formatted(extension));
            });
  }

  private static List<String> arguments(
      TenantLocation tenant, PgPrograms.Programs client, String snapshot) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--format=custom",
                "--compress=" + (client.compressByZstd() ? "zstd:1" : "0"),
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=60s",
                "--no-password"));
    // Quoted, it is a name and not a pattern.
    tenant.schema().ifPresent(schema -> arguments.add("--schema=" + quote(schema)));
    return arguments;
  }

  private record Server(String version, int major, String encoding, String collate, String ctype) {

    static Server of(Row row) {
      return new Server(
          row.getString(0),
          row.getInteger(1),
          row.getString(2),
          row.getString(3),
          row.getString(4));
    }
  }

  /** The tenant and the programs of a dump. */
  private record Source(
      TenantEntry tenant,
      ClusterAccess access,
      Server server,
      PgPrograms.Programs client,
      String snapshot) {

    TenantLocation data() {
      return tenant.data();
    }
  }

  /** A dump in progress. */
  public static final class Dump implements AutoCloseable {

    private final Source source;
    private final List<Session> sessions;
    private final PgProcess process;
    private final CompletableFuture<Contents> contents;

    private Dump(Source source, List<Session> sessions, PgProcess process) {
      this.source = source;
      this.sessions = sessions;
      this.process = process;
      this.contents = CompletableFuture.supplyAsync(this::readContents, Thread::startVirtualThread);
    }

    private record Contents(
        List<Manifest.Table> tables,
        List<Manifest.Extension> extensions,
        long largeObjects,
        List<String> roles,
        List<Manifest.Setting> settings,
        List<String> searchPath,
        List<String> warnings) {}

    /** What pg_dump writes. */
    public InputStream stream() {
      return process.output();
    }

    /** What compresses the dump. */
    public Manifest.Compression compression() {
      return source.client().compressByZstd()
          ? Manifest.Compression.PG_DUMP
          : Manifest.Compression.STREAM;
    }

    private Session owner() {
      return sessions.getFirst();
    }

    /** Counts the rows last: a function that runs meanwhile may change the session's settings. */
    private Contents readContents() {
      Optional<String> schema = source.data().schema();
      List<Manifest.Extension> extensions =
          owner()
              .list(
                  row ->
                      new Manifest.Extension(row.getString(0), row.getString(1), row.getString(2)),
                  """
                  SELECT e.extname, n.nspname, e.extversion
                  FROM pg_catalog.pg_extension e
                  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
                  WHERE e.extname <> 'plpgsql'
                  ORDER BY e.extname
                  """);
      long largeObjects =
          schema.isPresent() ? LargeObjects.countOwn(owner()) : LargeObjects.count(owner());
      List<String> roles = OtherRoles.of(owner(), source.data());
      List<Manifest.Setting> settings =
          schema.isPresent() ? List.of() : DatabaseSettings.ofCurrent(owner());
      List<String> searchPath = TenantSearchPath.configured(owner(), source.data().role());
      List<String> warnings = BackupWarnings.of(owner(), source.data(), largeObjects);
      return new Contents(
          countRows(schema, TenantSearchPath.of(source.data(), searchPath)),
          extensions,
          largeObjects,
          roles,
          settings,
          searchPath,
          warnings);
    }

    private List<Manifest.Table> countRows(Optional<String> schema, TenantSearchPath path) {
      List<RowCounts.Found> tables = RowCounts.tables(owner(), schema);
      Map<String, Manifest.Table> counted = new HashMap<>();
      RowCounts.count(owner(), tables.stream().filter(RowCounts.Found::countable).toList(), path)
          .forEach(table -> counted.put(quote(table.schema()) + "." + quote(table.name()), table));
      try {
        CopyCounts.count(
                source.client(),
                source.access(),
                source.data().database(),
                source.snapshot(),
                tables.stream().filter(table -> !table.countable()).toList())
            .forEach(
                table -> counted.put(quote(table.schema()) + "." + quote(table.name()), table));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while counting rows", e);
      }
      return tables.stream().map(table -> counted.get(table.quoted())).toList();
    }

    /**
     * Waits until pg_dump has succeeded and all rows are counted.
     *
     * @param dumpBytes the number of bytes read from {@link #stream}
     */
    public Manifest finish(long dumpBytes) throws InterruptedException {
      process.awaitSuccess();
      Contents found = await();
      TenantEntry tenant = source.tenant();
      TenantLocation data = source.data();
      boolean whole = data.schema().isEmpty();
      return new Manifest(
          tenant.blueprint(),
          tenant.blueprintVersion(),
          data.cluster(),
          data.database(),
          data.schema(),
          data.role(),
          source.server().version(),
          source.client().version().full(),
          compression(),
          dumpBytes,
          source.server().encoding(),
          source.server().collate(),
          source.server().ctype(),
          found.extensions(),
          found.tables(),
          found.tables().stream().mapToLong(Manifest.Table::rows).sum(),
          whole ? found.largeObjects() : 0,
          whole ? 0 : found.largeObjects(),
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
      sessions.forEach(Session::close);
    }
  }
}
