package io.tenantry.kernel.cluster;

import static io.tenantry.kernel.db.Identifiers.literal;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.db.SqlSession;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.security.SecureRandom;
import java.util.Set;

/**
 * Resets the derived password and the default settings of one of Tenantry's own roles. Code planted
 * by a tenant may have changed them while it ran as that role, and a registry that lost its secret
 * derives other passwords.
 */
public final class RoleRepair {

  /** Invalid authorization, invalid password: the login itself was refused. */
  private static final Set<String> REFUSED = Set.of("28000", "28P01");

  private RoleRepair() {}

  /** Whether {@link #repair} may help after this login failure. */
  public static boolean mayHelp(SqlError failure) {
    return REFUSED.contains(failure.sqlState());
  }

  /**
   * Repairs a role.
   *
   * @param session of the cluster's admin
   * @throws TenantryException {@code CLUSTER_NOT_PREPARED} if there is no such role, or the admin
   *     may not change it
   */
  public static void repair(
      SqlSession session, String role, RoleSecret secret, SecureRandom random) {
    try {
      session.execute(
          """
          DO $tenantry$
          DECLARE
            database name;
          BEGIN
            FOR database IN
              SELECT datname
              FROM pg_db_role_setting
              JOIN pg_database ON pg_database.oid = setdatabase
              WHERE setrole = (SELECT oid FROM pg_roles WHERE rolname = %1$s)
            LOOP
              EXECUTE format('ALTER ROLE %%I IN DATABASE %%I RESET ALL', %1$s, database);
            END LOOP;
          END
          $tenantry$;
          ALTER ROLE %2$s RESET ALL;
          ALTER ROLE %2$s LOGIN PASSWORD %3$s;
          """
              .formatted(
                  literal(role),
                  quote(role),
                  literal(ScramVerifier.of(secret.passwordOf(role), random))));
    } catch (SqlError e) {
      throw new TenantryException(
          ErrorCode.CLUSTER_NOT_PREPARED,
          "The role %s is missing or the cluster's admin may not change it: run deploy/postgres/tenant-cluster.sql again."
              .formatted(role),
          e);
    }
  }
}
