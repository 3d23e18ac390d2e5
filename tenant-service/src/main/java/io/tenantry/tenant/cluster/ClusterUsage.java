package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.owner;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.OwnerSession;
import io.tenantry.kernel.db.SqlError;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Measures the usage of a cluster's tenants. Each method opens one session, which can only read and
 * has short timeouts, and closes it. What is known without a tenant's database is read by the admin
 * in the catalog database; in a tenant's database only its owner role logs in, reads PostgreSQL's
 * own catalogs, and calls nothing that a tenant can create.
 *
 * <p>Easy to get wrong: functions that open a relation, such as {@code pg_total_relation_size},
 * wait for the locks of a tenant.
 */
public final class ClusterUsage {

  /** By these sessions can be recognised in {@code pg_stat_activity}. */
  static final String APPLICATION_NAME = "tenant-service usage";

  /** Locks are held for long by a tenant that maintains its tables; the next attempt is soon. */
  static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

  /**
   * The server's timeline. A failover continues on another one, with the statistics of the other
   * server; two servers never have the same timeline of one cluster.
   */
  private static final String TIMELINE =
      "CASE WHEN pg_catalog.pg_is_in_recovery() THEN ''"
          + " ELSE substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 1, 8) END";

  private static final String DATABASES =
      """
      SELECT d.datname::text AS name, pg_catalog.shobj_description(d.oid, 'pg_database') AS comment,
        d.oid::text || '/' || coalesce(extract(epoch FROM s.stats_reset)::text, '') || '/'
          || %s AS epoch,
        s.xact_commit + s.xact_rollback AS transactions, s.tup_inserted + s.tup_updated + s.tup_deleted AS rows_in,
        s.tup_returned AS rows_out
      FROM pg_catalog.pg_stat_database AS s
      JOIN pg_catalog.pg_database AS d ON d.oid = s.datid
      WHERE pg_catalog.shobj_description(d.oid, 'pg_database') LIKE 'tenantry tenant %%'
      """
          .formatted(TIMELINE);

  private static final String OWNERS =
      """
      SELECT rolname::text AS name, pg_catalog.shobj_description(oid, 'pg_authid') AS comment
      FROM pg_catalog.pg_roles
      WHERE pg_catalog.shobj_description(oid, 'pg_authid') LIKE 'tenantry tenant %'
      """;

  private static final String CONNECTIONS =
      """
      SELECT usename::text AS name, count(*) AS connections
      FROM pg_catalog.pg_stat_activity
      WHERE usename IS NOT NULL
      GROUP BY usename
      """;

  private static final String MARK_OF_DATABASE =
      """
      SELECT pg_catalog.shobj_description(d.oid, 'pg_database') AS comment
      FROM pg_catalog.pg_database AS d
      WHERE d.datname = pg_catalog.current_database()
      """;

  /** The mark of a schema is on its owner role, which logs in. */
  private static final String MARK_OF_OWNER =
      """
      SELECT pg_catalog.shobj_description(r.oid, 'pg_authid') AS comment
      FROM pg_catalog.pg_roles AS r
      WHERE r.rolname = current_user
      """;

  private static final String DATABASE_SIZE =
      "SELECT pg_catalog.pg_database_size(pg_catalog.current_database()) AS bytes";

  private static final String DATABASE_TABLES =
      """
      SELECT count(*) AS tables
      FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND c.relpersistence <> 't'
      """;

  private static final String SCHEMA_TABLES =
      """
      SELECT count(*) AS tables
      FROM pg_catalog.pg_class AS c
      WHERE c.relkind IN ('r', 'p')
        AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)
      """;

  /** Indexes and TOAST tables are part of the size of their table. */
  private static final String SCHEMA_SIZE =
      """
      SELECT coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)) FILTER (WHERE c.relkind IN ('r', 'm', 'S')), 0)::bigint AS bytes,
        coalesce(sum(pg_catalog.pg_stat_get_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_tuples_updated(c.oid)
          + pg_catalog.pg_stat_get_tuples_deleted(c.oid)), 0)::bigint AS rows_in,
        coalesce(sum(pg_catalog.pg_stat_get_tuples_returned(c.oid)), 0)::bigint AS rows_out,
        (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)::text || '/'
          || (
            SELECT coalesce(extract(epoch FROM s.stats_reset)::text, '')
            FROM pg_catalog.pg_stat_database AS s
            WHERE s.datname = pg_catalog.current_database()
          ) || '/'
          || %s AS epoch
      FROM pg_catalog.pg_class AS c
      WHERE c.relkind IN ('r', 'm', 'S', 'i')
        AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace AS n WHERE n.nspname = $1)
      """
          .formatted(TIMELINE);

  private final ClusterConnections connections;
  private final ClusterSetup setup;

  ClusterUsage(ClusterConnections connections, ClusterSetup setup) {
    this.connections = connections;
    this.setup = setup;
  }

  /**
   * Counters since the start of their epoch.
   *
   * @param epoch a new one means that the counters began again
   * @param transactions empty where several tenants share the database
   */
  public record Counters(String epoch, OptionalLong transactions, long rowsIn, long rowsOut) {}

  /** What the admin reads about all tenants at once. */
  public static final class Reading {

    private final UUID installation;
    private final Map<String, String> marks = new HashMap<>();
    private final Map<String, Counters> counters = new HashMap<>();
    private final Map<String, Integer> connections = new HashMap<>();

    private Reading(UUID installation) {
      this.installation = installation;
    }

    /** Whether the server says that this data is the tenant's; otherwise the registry is wrong. */
    public boolean belongsTo(UUID tenant, String database, boolean schema, String role) {
      return Optional.ofNullable(marks.get(schema ? owner(role) : database))
          .filter(mark -> isOf(mark, installation, tenant))
          .isPresent();
    }

    /** The counters of a database. */
    public Optional<Counters> counters(String database) {
      return Optional.ofNullable(counters.get(database));
    }

    /** The current number of sessions of a tenant's two login roles. */
    public int connections(String role) {
      return connections.getOrDefault(role, 0)
          + connections.getOrDefault(ClusterRoles.second(role), 0);
    }
  }

  /** The size of a tenant's data; empty where the query was cancelled by a timeout. */
  public record Size(OptionalLong bytes, OptionalLong tables, Optional<Counters> counters) {}

  /** Reads the counters and connections of all tenants. */
  public Reading read(Duration statementTimeout) {
    setup.prepare();
    Reading reading = new Reading(setup.objects().installation());
    try (OwnerSession session = connections.readingAsAdmin(statementTimeout)) {
      setup.objects().requireServer(session);
      for (Row row : session.run(DATABASES)) {
        reading.marks.put(row.getString("name"), row.getString("comment"));
        reading.counters.put(
            row.getString("name"),
            new Counters(
                row.getString("epoch"),
                OptionalLong.of(row.getLong("transactions")),
                row.getLong("rows_in"),
                row.getLong("rows_out")));
      }
      for (Row row : session.run(OWNERS)) {
        reading.marks.put(row.getString("name"), row.getString("comment"));
      }
      for (Row row : session.run(CONNECTIONS)) {
        reading.connections.put(row.getString("name"), Math.toIntExact(row.getLong("connections")));
      }
    }
    return reading;
  }

  /**
   * A tenant's data on this cluster.
   *
   * @param schema empty if the whole database is the tenant's
   * @param role the tenant's login role
   */
  public record Location(UUID tenant, String database, Optional<String> schema, String role) {}

  /**
   * Measures a tenant's database, or its schema in a shared database, whose counters are read
   * there, too.
   *
   * @throws IllegalStateException if the server says that the data is not the tenant's
   */
  public Size measure(Location location, Duration statementTimeout) {
    setup.prepare();
    try (OwnerSession session =
        connections.readingAs(location.database(), owner(location.role()), statementTimeout)) {
      setup.objects().requireServer(session);
      requireMark(session, location);
      return location
          .schema()
          .map(schema -> sizeOfSchema(session, schema))
          .orElseGet(() -> sizeOfDatabase(session));
    }
  }

  private void requireMark(OwnerSession session, Location location) {
    String comment =
        session
            .first(
                row -> row.getString("comment"),
                location.schema().isPresent() ? MARK_OF_OWNER : MARK_OF_DATABASE)
            .orElse("");
    if (!isOf(comment, setup.objects().installation(), location.tenant())) {
      throw new IllegalStateException("the data is not marked as the tenant's");
    }
  }

  private static boolean isOf(String comment, UUID installation, UUID tenant) {
    // The mark of data that was restored also has the id of the restore.
    return Mark.parse(comment)
        .filter(mark -> Expected.of(tenant, Purpose.TENANT).permits(mark, installation))
        .isPresent();
  }

  private static Size sizeOfDatabase(OwnerSession session) {
    return new Size(
        measure(session, "bytes", DATABASE_SIZE),
        measure(session, "tables", DATABASE_TABLES),
        Optional.empty());
  }

  private static Size sizeOfSchema(OwnerSession session, String schema) {
    OptionalLong tables = measure(session, "tables", SCHEMA_TABLES, schema);
    try {
      Row row = session.run(SCHEMA_SIZE, schema).iterator().next();
      return row.getString("epoch") == null
          ? new Size(OptionalLong.empty(), OptionalLong.empty(), Optional.empty())
          : new Size(
              OptionalLong.of(row.getLong("bytes")),
              tables,
              Optional.of(
                  new Counters(
                      row.getString("epoch"),
                      OptionalLong.empty(),
                      row.getLong("rows_in"),
                      row.getLong("rows_out"))));
    } catch (SqlError e) {
      return new Size(cancelled(e), tables, Optional.empty());
    }
  }

  private static OptionalLong measure(
      OwnerSession session, String column, String query, Object... parameters) {
    try {
      return OptionalLong.of(session.run(query, parameters).iterator().next().getLong(column));
    } catch (SqlError e) {
      return cancelled(e);
    }
  }

  /** A timeout is a gap; any other error is thrown. */
  private static OptionalLong cancelled(SqlError e) {
    if (e.sqlState().equals("57014") || e.sqlState().equals("55P03")) {
      return OptionalLong.empty();
    }
    throw e;
  }
}
