package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest;
import io.tenantry.backup.tenant.TenantPlace;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Dumps tenants by pg_dump. */
@Singleton
public final class Dumps {

  private final Clusters clusters;
  private final PgPrograms programs;

  Dumps(Clusters clusters, PgPrograms programs) {
    this.clusters = clusters;
    this.programs = programs;
  }

  /**
   * Begins the dump of a tenant, and counts its rows meanwhile in the same snapshot.
   *
   * @throws io.tenantry.kernel.problem.TenantryException {@code PG_DUMP_UNUSABLE}, {@code
   *     DATABASE_UNAVAILABLE}
   */
  public Dump begin(TenantPlace tenant, ClusterAccess admin) {
    try {
      Session session = clusters.open(admin, tenant.database());
      try {
        return begin(tenant, admin, session);
      } catch (RuntimeException | Error e) {
        session.close();
        throw e;
      }
    } catch (SqlError e) {
      throw new TenantryException(
          ErrorCode.BACKUP_FAILED, "PostgreSQL refused what the backup needs.", e);
    }
  }

  private Dump begin(TenantPlace tenant, ClusterAccess admin, Session session) {
    Server server =
        session
            .first(
                """
                SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
                  pg_encoding_to_char(encoding), datcollate, datctype
                FROM pg_database
                WHERE datname = current_database()
                """,
                Server::of)
            .orElseThrow();
    PgPrograms.Programs client = programs.forServer(server.major());
    joinOwners(session);
    session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    // As pg_dump: rather an error than rows that a policy hides. And leave the CPUs to the dump.
    session.execute("SET LOCAL row_security = off; SET LOCAL max_parallel_workers_per_gather = 0");
    String snapshot =
        session.first("SELECT pg_export_snapshot()", row -> row.getString(0)).orElseThrow();
    return new Dump(
        tenant,
        server,
        client,
        session,
        PgProcess.start(
            client.pgDump(),
            arguments(tenant, client, snapshot),
            admin,
            tenant.database(),
            ErrorCode.BACKUP_FAILED));
  }

  /**
   * Who owns nothing but large objects, say, still owns them: only a member of the owner may read
   * them all.
   */
  private static void joinOwners(Session session) {
    session
        .list(
            """
            SELECT DISTINCT owner.rolname
            FROM pg_shdepend d
            JOIN pg_roles owner ON owner.oid = d.refobjid
            WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND d.refclassid = 'pg_authid'::regclass
              AND d.deptype = 'o'
              AND NOT owner.rolsuper
              AND NOT pg_has_role(current_user, owner.oid, 'USAGE')
            """,
            row -> row.getString(0))
        .forEach(owner -> session.execute("GRANT %s TO CURRENT_USER".formatted(quote(owner))));
  }

  private static List<String> arguments(
      TenantPlace tenant, PgPrograms.Programs client, String snapshot) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--format=custom",
                "--compress=" + (client.compressByZstd() ? "zstd:1" : "0"),
                "--snapshot=" + snapshot,
                "--lock-wait-timeout=60s",
                "--no-password"));
    // In quotes it is a name and no pattern.
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

  /** A dump under way. */
  public static final class Dump implements AutoCloseable {

    private final TenantPlace tenant;
    private final Server server;
    private final PgPrograms.Programs client;
    private final Session session;
    private final PgProcess process;
    private final CompletableFuture<Contents> contents;

    private Dump(
        TenantPlace tenant,
        Server server,
        PgPrograms.Programs client,
        Session session,
        PgProcess process) {
      this.tenant = tenant;
      this.server = server;
      this.client = client;
      this.session = session;
      this.process = process;
      this.contents = CompletableFuture.supplyAsync(this::look, Thread::startVirtualThread);
    }

    private record Contents(
        List<Manifest.Table> tables, List<Manifest.Extension> extensions, long largeObjects) {}

    /** What pg_dump writes. */
    public InputStream stream() {
      return process.output();
    }

    /** Who compresses it. */
    public Manifest.Compression compression() {
      return client.compressByZstd() ? Manifest.Compression.pg_dump : Manifest.Compression.stream;
    }

    private Contents look() {
      return new Contents(
          RowCounts.count(session, tenant.schema()),
          session.list(
              """
              SELECT e.extname, n.nspname, e.extversion
              FROM pg_extension e
              JOIN pg_namespace n ON n.oid = e.extnamespace
              WHERE e.extname <> 'plpgsql'
              ORDER BY e.extname
              """,
              row -> new Manifest.Extension(row.getString(0), row.getString(1), row.getString(2))),
          tenant.schema().isPresent()
              ? 0
              : session
                  .first("SELECT count(*) FROM pg_largeobject_metadata", row -> row.getLong(0))
                  .orElseThrow());
    }

    /**
     * Waits until pg_dump has ended well and all rows are counted.
     *
     * @param dumpBytes what was read of {@link #stream}
     */
    public Manifest finish(long dumpBytes) throws InterruptedException {
      process.awaitSuccess();
      Contents found = await();
      return new Manifest(
          tenant.blueprint(),
          tenant.blueprintVersion(),
          tenant.cluster(),
          tenant.database(),
          tenant.schema(),
          tenant.role(),
          server.version(),
          client.version().full(),
          compression(),
          dumpBytes,
          server.encoding(),
          server.collate(),
          server.ctype(),
          found.extensions(),
          found.tables(),
          found.tables().stream().mapToLong(Manifest.Table::rows).sum(),
          found.largeObjects());
    }

    private Contents await() {
      try {
        return contents.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException known) {
          throw known;
        }
        throw e;
      }
    }

    /** Ends pg_dump at once. */
    public void end() {
      process.end();
    }

    @Override
    public void close() {
      end();
      session.close();
    }
  }
}
