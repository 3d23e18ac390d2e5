package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.Sql;
import java.util.Set;

/**
 * The part of {@link ClusterObjects} that ends sessions. Nothing is compared here: before it goes
 * {@link ClusterObjects#require} of the database, or {@link ClusterObjects#requireLogins}.
 */
public final class ClusterSessions {

  /**
   * Ends the sessions in a database. The type of another role's backend is hidden from the admin,
   * so they are told by their roles: a worker has none, and a superuser's cannot be ended.
   */
  private static final String END_SESSIONS =
      """
      SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
      JOIN pg_roles ON pg_roles.oid = usesysid AND NOT rolsuper
      WHERE pid <> pg_backend_pid()
        AND %s
      """;

  private ClusterSessions() {}

  /** Ends the sessions in a database. */
  public static void end(Sql session, String database) {
    session.run(END_SESSIONS.formatted("datname = $1"), database);
  }

  /**
   * Ends the sessions in a database whose name may change meanwhile.
   *
   * @param oid of the database
   */
  public static void end(Sql session, long oid) {
    session.run(END_SESSIONS.formatted("datid = $1::int8::oid"), oid);
  }

  /** Ends the sessions of tenants' login roles. */
  public static void endOf(Sql session, Set<String> logins) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
        (Object) logins.toArray(String[]::new));
  }

  /** Ends the sessions of login roles in one database. */
  public static void endOf(Sql session, Set<String> logins, String database) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1) AND"
            + " datname = $2",
        logins.toArray(String[]::new),
        database);
  }

  /** Ends the sessions of tenants' roles that may not log in; returns how many there were. */
  public static int endBlocked(Sql session) {
    return session
        .run(
            """
            SELECT pg_terminate_backend(session.pid)
            FROM pg_stat_activity session
            JOIN pg_roles role ON role.oid = session.usesysid AND NOT role.rolcanlogin
            JOIN pg_auth_members member
              ON member.member = role.oid
              AND member.roleid IN ('%s'::regrole, '%s'::regrole)
            """
                .formatted(ClusterRoles.APP, ClusterRoles.SHARED_APP))
        .rowCount();
  }
}
