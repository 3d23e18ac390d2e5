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
 * Replaces a tenant's database by another by renaming both in one transaction.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>RENAME first blocks new sessions and then waits for the existing ones to end, for at most
 *       five seconds. So another session terminates them during that wait; if they were terminated
 *       earlier, clients would reconnect.
 *   <li>A database's privileges and settings are not part of its dump and have to be copied.
 *       Settings are copied first, because one that the admin may not set must not fail the rest.
 *   <li>If the session ends before the commit, nothing is changed.
 *   <li>The tenant's database may be missing: then nothing is kept, and the new one gets the
 *       default privileges.
 * </ul>
 */
@Singleton
public final class DatabaseSwap {

  private static final Logger LOG = Logger.getLogger(DatabaseSwap.class);

  /** How long PostgreSQL waits for sessions to end, plus a margin. */
  private static final Duration SWAP_TIMEOUT = Duration.ofSeconds(8);

  private static final int ATTEMPTS = 3;

  private final Clusters clusters;

  DatabaseSwap(Clusters clusters) {
    this.clusters = clusters;
  }

  /**
   * The parameters of a swap.
   *
   * @param incoming the name of the new database
   * @param expected the mark that the new database must have
   * @param operation the restore, or the restore that is undone
   * @param outgoing the new name of the replaced database
   * @param purpose the purpose in the replaced database's mark
   * @param settings the settings to use if the tenant has no database to copy them from
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
   * The result of a swap.
   *
   * @param downtime how long the live database was unavailable
   * @param replaced whether the tenant had a database
   * @param refused settings that could not be copied
   */
  public record Result(Duration downtime, boolean replaced, List<Setting> refused) {}

  /**
   * Renames the tenant's database and the incoming one.
   *
   * @throws TenantryException {@code RESTORE_FAILED}, {@code IDENTITY_MISMATCH}; then nothing is
   *     changed
   */
  public Result swap(ClusterAccess access, Exchange exchange) {
    for (int attempt = 1; ; attempt++) {
      try {
        return swapOnce(access, exchange);
      } catch (SqlError e) {
        // 55006 (object in use): a session did not end in time.
        if (!e.sqlState().equals("55006") || attempt == ATTEMPTS) {
          throw new TenantryException(
              ErrorCode.RESTORE_FAILED,
              "The live database could not be replaced; nothing was changed.",
              e);
        }
        LOG.warnf(
            "database is in use; retrying the swap database=%s", exchange.tenant().database());
      }
    }
  }

  private Result swapOnce(ClusterAccess access, Exchange exchange) {
    String live = exchange.tenant().database();
    CountDownLatch done = new CountDownLatch(1);
    try (Session swap = clusters.admin(access, SWAP_TIMEOUT);
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
              privileges(swap, exchange, oid.isPresent()));
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
      long start = System.nanoTime();
      try {
        change.run(clusters.objects(access), swap);
        return new Result(Duration.ofNanos(System.nanoTime() - start), oid.isPresent(), refused);
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

  /** Terminates sessions until the swap is done: some may have started just before its lock. */
  private static void endSessions(Session guard, long oid, CountDownLatch done) {
    try {
      do {
        ClusterSessions.terminate(guard, oid);
      } while (!done.await(20, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warnf(e, "sessions not terminated; the swap fails unless they end by themselves");
    }
  }

  /** The statements that move the privileges of the replaced database to the new one. */
  private static List<String> privileges(Session session, Exchange exchange, boolean replaces) {
    String live = exchange.tenant().database();
    List<String> statements = new ArrayList<>();
    statements.add("REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(live)));
    // First the incoming database's own privileges are revoked, then the live one's are copied.
    grantees(session, exchange.incoming())
        .forEach(
            role ->
                statements.add(
                    "REVOKE ALL ON DATABASE %s FROM %s".formatted(quote(live), quote(role))));
    if (replaces) {
      statements.addAll(copiedPrivileges(session, live));
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

  private static List<String> copiedPrivileges(Session session, String live) {
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
   * The default privileges of a tenant's database. CONNECT is granted to its own roles only:
   * granted to the group {@code tenantry_content}, which has all tenants' owner roles, it would
   * give each of them access to the others.
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
