package io.tenantry.backup.postgres;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.tenantry.kernel.tenant.ClusterAccess;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Puts one database in the place of another by renaming both in one transaction.
 *
 * <p>Easy to get wrong:
 *
 * <ul>
 *   <li>RENAME first locks the database against new sessions and then waits for the old ones to
 *       end, five seconds at most. So they are ended from another session, and while it waits:
 *       ended before, clients would be back.
 *   <li>Rights and settings of a database are not its contents: pg_dump does not have them, and
 *       they must go over from the one to the other.
 *   <li>A session that ends in the middle leaves everything as it was.
 * </ul>
 */
@Singleton
public final class DatabaseSwap {

  private static final Logger LOG = Logger.getLogger(DatabaseSwap.class);

  /** The owner of all tenants' databases. */
  private static final String OWNER = "tenantry_owner";

  /** How long PostgreSQL waits for sessions to end, and a little more. */
  private static final Duration LONGEST = Duration.ofSeconds(8);

  private static final int ATTEMPTS = 3;

  private final Clusters clusters;

  DatabaseSwap(Clusters clusters) {
    this.clusters = clusters;
  }

  /**
   * Renames {@code live} to {@code outgoing} and {@code incoming} to {@code live}.
   *
   * @return how long nobody could use the live database
   * @throws TenantryException {@code RESTORE_FAILED}; then both are what they were
   */
  public Duration swap(ClusterAccess admin, String live, String incoming, String outgoing) {
    for (int attempt = 1; ; attempt++) {
      try {
        return swapOnce(admin, live, incoming, outgoing);
      } catch (SqlError e) {
        // 55006: somebody's session did not end in time.
        if (!e.sqlState().equals("55006") || attempt == ATTEMPTS) {
          throw new TenantryException(
              ErrorCode.RESTORE_FAILED,
              "The restored database could not be put in the live one's place.",
              e);
        }
        LOG.warnf("database=%s is in use, its swap is tried again", live);
      }
    }
  }

  private Duration swapOnce(ClusterAccess admin, String live, String incoming, String outgoing) {
    CountDownLatch done = new CountDownLatch(1);
    try (Session swap = clusters.open(admin, admin.maintenanceDatabase(), LONGEST);
        Session guard = clusters.open(admin)) {
      List<String> handover = handover(swap, live, incoming, outgoing);
      long oid =
          swap.first(
                  "SELECT oid::int8 FROM pg_database WHERE datname = $1",
                  row -> row.getLong(0),
                  live)
              .orElseThrow();
      Thread ending = Thread.startVirtualThread(() -> endSessions(guard, oid, done));
      long begun = System.nanoTime();
      try {
        swap.execute(
            "BEGIN; ALTER DATABASE %s RENAME TO %s; ALTER DATABASE %s RENAME TO %s; %s; COMMIT"
                .formatted(
                    quote(live),
                    quote(outgoing),
                    quote(incoming),
                    quote(live),
                    String.join("; ", handover)));
        return Duration.ofNanos(System.nanoTime() - begun);
      } finally {
        done.countDown();
        joinUninterruptibly(ending);
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
        guard.run(
            """
            SELECT pg_terminate_backend(pid)
            FROM pg_stat_activity
            WHERE datid = $1::int8::oid
              AND pid <> pg_backend_pid()
              AND backend_type = 'client backend'
            """,
            oid);
      } while (!done.await(20, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warnf(e, "sessions could not be ended; the swap fails if they do not end themselves");
    }
  }

  /** What makes the incoming one the live one, by name and right; the outgoing one nobody's. */
  private static List<String> handover(
      Session session, String live, String incoming, String outgoing) {
    List<String> statements = new ArrayList<>();
    statements.add("ALTER DATABASE %s OWNER TO %s".formatted(quote(live), OWNER));
    statements.add("ALTER DATABASE %s OWNER TO CURRENT_USER".formatted(quote(outgoing)));
    statements.add("REVOKE ALL ON DATABASE %s FROM PUBLIC".formatted(quote(live)));
    session
        .list(
            """
            SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s ALLOW_CONNECTIONS %s', datname, datconnlimit, datallowconn::text)
            FROM pg_database
            WHERE datname = $1
            """,
            row -> row.getString(0), live)
        .forEach(statements::add);
    // Those that only the incoming one has, from its former life, go; then the live one's come.
    grantees(session, incoming)
        .forEach(
            role ->
                statements.add(
                    "REVOKE ALL ON DATABASE %s FROM %s".formatted(quote(live), quote(role))));
    session
        .list(
            """
            SELECT grantee.rolname, string_agg(acl.privilege_type, ', ')
            FROM pg_database d
            CROSS JOIN aclexplode(d.datacl) acl
            JOIN pg_roles grantee ON grantee.oid = acl.grantee
            WHERE d.datname = $1
              AND acl.grantee <> d.datdba
            GROUP BY grantee.rolname
            """,
            row ->
                "GRANT %s ON DATABASE %s TO %s"
                    .formatted(row.getString(1), quote(live), quote(row.getString(0))),
            live)
        .forEach(statements::add);
    grantees(session, live)
        .forEach(
            role ->
                statements.add(
                    "REVOKE ALL ON DATABASE %s FROM %s".formatted(quote(outgoing), quote(role))));
    session
        .list(
            """
            SELECT role.rolname, split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
            FROM pg_database d
            JOIN pg_db_role_setting s ON s.setdatabase = d.oid
            CROSS JOIN unnest(s.setconfig) setting
            LEFT JOIN pg_roles role ON role.oid = s.setrole
            WHERE d.datname = $1
            """,
            row ->
                row.getString(0) == null
                    ? "ALTER DATABASE %s SET %s = %s"
                        .formatted(quote(live), quote(row.getString(1)), literal(row.getString(2)))
                    : "ALTER ROLE %s IN DATABASE %s SET %s = %s"
                        .formatted(
                            quote(row.getString(0)),
                            quote(live),
                            quote(row.getString(1)),
                            literal(row.getString(2))),
            live)
        .forEach(statements::add);
    return statements;
  }

  private static List<String> grantees(Session session, String database) {
    return session.list(
        """
        SELECT DISTINCT grantee.rolname
        FROM pg_database d
        CROSS JOIN aclexplode(d.datacl) acl
        JOIN pg_roles grantee ON grantee.oid = acl.grantee
        WHERE d.datname = $1
          AND acl.grantee <> d.datdba
        """,
        row -> row.getString(0),
        database);
  }
}
