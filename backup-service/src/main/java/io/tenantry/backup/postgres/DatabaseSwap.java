package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.backup.archive.Manifest.Setting;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.cluster.ClusterSessions;
import io.tenantry.kernel.cluster.DatabaseExchange;
import io.tenantry.kernel.cluster.Expected;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.kernel.tenant.TenantLocation;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Puts one database in the place of a tenant's by renaming both in one transaction.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>RENAME first locks the database against new sessions and then waits for the old ones to
 *       end, five seconds at most. So they are ended from another session, and while it waits:
 *       ended before, clients would be back.
 *   <li>Rights and settings of a database are not its contents: pg_dump does not have them, and
 *       they must go over from the one to the other. Settings go first, for one that the admin may
 *       not set must not fail the rest.
 *   <li>A session that ends in the middle leaves everything as it was.
 *   <li>The tenant's database may be gone: then there is nothing to keep, and its rights are those
 *       that every tenant has.
 * </ul>
 */
@Singleton
public final class DatabaseSwap {

  private static final Logger LOG = Logger.getLogger(DatabaseSwap.class);

  /** How long PostgreSQL waits for sessions to end, and a little more. */
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private static final int ATTEMPTS = 3;

  private final Clusters clusters;

  DatabaseSwap(Clusters clusters) {
    this.clusters = clusters;
  }

  /**
   * What takes the place of a tenant's database.
   *
   * @param incoming its name
   * @param expected what it must be
   * @param operation the restore, or the restore that is undone
   * @param outgoing the new name of what is replaced
   * @param purpose what it is kept as
   * @param settings what the database is given if the tenant has none to take them from
   */
  public record Exchange(
      TenantLocation tenant,
      String incoming,
      Expected expected,
      UUID operation,
      String outgoing,
      Mark.Purpose purpose,
      List<Setting> settings) {}

  /**
   * What an exchange did.
   *
   * @param downtime how long nobody could use the live database
   * @param replaced whether the tenant had a database
   * @param refused settings that could not be carried over
   */
  public record Result(Duration downtime, boolean replaced, List<Setting> refused) {}

  /**
   * Renames the tenant's database and the incoming one.
   *
   * @throws TenantryException {@code RESTORE_FAILED}, {@code IDENTITY_MISMATCH}; then both are what
   *     they were
   */
  public Result swap(ClusterAccess access, Exchange exchange) {
    for (int attempt = 1; ; attempt++) {
      try {
        return swapOnce(access, exchange);
      } catch (SqlError e) {
        // 55006: somebody's session did not end in time.
        if (!e.sqlState().equals("55006") || attempt == ATTEMPTS) {
          throw new TenantryException(
              ErrorCode.RESTORE_FAILED,
              "The restored database could not be put in the live one's place.",
              e);
        }
        LOG.warnf("database=%s is in use, its swap is tried again", exchange.tenant().database());
      }
    }
  }

  private Result swapOnce(ClusterAccess access, Exchange exchange) {
    String live = exchange.tenant().database();
    CountDownLatch done = new CountDownLatch(1);
    try (Session swap = clusters.admin(access, LONGEST);
        Session guard = clusters.admin(access)) {
      Optional<Long> oid =
          swap.first(
              row -> row.getLong(0),
              "SELECT oid::int8 FROM pg_catalog.pg_database WHERE datname = $1",
              live);
      DatabaseExchange change =
          new DatabaseExchange(
              exchange.tenant().tenantId(),
              live,
              exchange.incoming(),
              exchange.expected(),
              exchange.outgoing(),
              new Mark(
                  clusters.objects(access).installation(),
                  exchange.purpose(),
                  Optional.of(exchange.tenant().tenantId()),
                  Optional.of(exchange.operation())),
              rights(swap, exchange, oid.isPresent()));
      // Checked before the settings of the incoming database are changed and sessions in the live
      // one end.
      change.require(clusters.objects(access), swap);
      List<Setting> refused =
          DatabaseSettings.apply(
              swap,
              exchange.incoming(),
              oid.isPresent() ? DatabaseSettings.of(swap, live) : exchange.settings());
      Optional<Thread> ending =
          oid.map(id -> Thread.startVirtualThread(() -> endSessions(guard, id, done)));
      long begun = System.nanoTime();
      try {
        change.run(clusters.objects(access), swap);
        return new Result(Duration.ofNanos(System.nanoTime() - begun), oid.isPresent(), refused);
      } finally {
        done.countDown();
        ending.ifPresent(DatabaseSwap::joinUninterruptibly);
      }
    }
  }

  private static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the sessions until the swap is through: some may have begun just before its lock. */
  private static void endSessions(Session guard, long oid, CountDownLatch done) {
    try {
      do {
        ClusterSessions.terminate(guard, oid);
      } while (!done.await(20, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warnf(e, "sessions could not be ended; the swap fails if they do not end themselves");
    }
  }

  /** What gives the live database the rights of the one before it, and takes them from that. */
  private static List<String> rights(Session session, Exchange exchange, boolean replaces) {
    String live = exchange.tenant().database();
    List<String> statements = new ArrayList<>();
    statements.add("REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(live)));
    // Those that only the incoming one has, from its former life, go; then the live one's come.
    grantees(session, exchange.incoming())
        .forEach(
            role ->
                statements.add(
                    "REVOKE ALL ON DATABASE %s FROM %s".formatted(quote(live), quote(role))));
    if (replaces) {
      statements.addAll(carriedOver(session, live));
      grantees(session, live)
          .forEach(
              role ->
                  statements.add(
                      "REVOKE ALL ON DATABASE %s FROM %s"
                          .formatted(quote(exchange.outgoing()), quote(role))));
    }
    statements.addAll(standard(live, exchange.tenant().role()));
    return statements;
  }

  private static List<String> carriedOver(Session session, String live) {
    List<String> statements =
        new ArrayList<>(
            session.list(
                row -> row.getString(0),
                """
                SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s ALLOW_CONNECTIONS %s', datname, datconnlimit, datallowconn::text)
                FROM pg_catalog.pg_database
                WHERE datname = $1
                """,
                live));
    statements.addAll(
        session.list(
            row ->
                "GRANT %s ON DATABASE %s TO %s"
                    .formatted(row.getString(1), quote(live), quote(row.getString(0))),
            """
            SELECT grantee.rolname, string_agg(acl.privilege_type, ', ')
            FROM pg_catalog.pg_database d
            CROSS JOIN aclexplode(d.datacl) acl
            JOIN pg_catalog.pg_roles grantee ON grantee.oid = acl.grantee
            WHERE d.datname = $1
              AND acl.grantee <> d.datdba
              AND grantee.rolname <> $2
            GROUP BY grantee.rolname
            """,
            live,
            ClusterRoles.CONTENT));
    return statements;
  }

  /**
   * What every tenant's database has. CONNECT is granted to its own roles only: through the group
   * {@code tenantry_content}, which owner roles of all tenants are in, each could reach the others.
   */
  static List<String> standard(String database, String role) {
    return List.of(
        "GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s".formatted(quote(database), quote(role)),
        "GRANT CONNECT ON DATABASE %s TO %s, %s"
            .formatted(quote(database), quote(ClusterRoles.owner(role)), ClusterRoles.DUMP),
        "GRANT CREATE, TEMPORARY ON DATABASE %s TO %s"
            .formatted(quote(database), ClusterRoles.CONTENT));
  }

  private static List<String> grantees(Session session, String database) {
    return session.list(
        row -> row.getString(0),
        """
        SELECT DISTINCT grantee.rolname
        FROM pg_catalog.pg_database d
        CROSS JOIN aclexplode(d.datacl) acl
        JOIN pg_catalog.pg_roles grantee ON grantee.oid = acl.grantee
        WHERE d.datname = $1
          AND acl.grantee <> d.datdba
        """,
        database);
  }
}
