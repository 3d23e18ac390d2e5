package io.tenantry.kernel.cluster;

import io.tenantry.kernel.db.Sql;
import java.util.Set;

/**
 * The part of {@link ClusterObjects} that terminates sessions. It checks nothing: call {@link
 * ClusterObjects#require} for the database, or {@link ClusterObjects#requireLogins}, first.
 */
public final class ClusterSessions {

  /**
   * Terminates the sessions in a database. The admin cannot see the backend type of other roles'
   * sessions, so they are recognised by their roles: a background worker has no role, and a
   * superuser's session cannot be terminated.
   */
  private static final String TERMINATE_SESSIONS =
      """
      SELECT pg_terminate_backend(pid)
      FROM pg_stat_activity
      JOIN pg_roles ON pg_roles.oid = usesysid AND NOT rolsuper
      WHERE pid <> pg_backend_pid()
        AND %s
      """;

  private ClusterSessions() {}

  /** Terminates the sessions in a database. */
  public static void terminate(Sql session, String database) {
    session.run(TERMINATE_SESSIONS.formatted("datname = $1"), database);
  }

  /**
   * Terminates the sessions in a database whose name may change meanwhile.
   *
   * @param oid of the database
   */
  public static void terminate(Sql session, long oid) {
    session.run(TERMINATE_SESSIONS.formatted("datid = $1::int8::oid"), oid);
  }

  /** Terminates the sessions of tenants' login roles. */
  public static void terminateOf(Sql session, Set<String> logins) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1)",
        (Object) logins.toArray(String[]::new));
  }

  /** Terminates the sessions of login roles in one database. */
  public static void terminateOf(Sql session, Set<String> logins, String database) {
    session.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY ($1) AND"
            + " datname = $2",
        logins.toArray(String[]::new),
        database);
  }

  /** Terminates the sessions of tenants' roles that may not log in; returns their number. */
  public static int terminateBlocked(Sql session) {
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
