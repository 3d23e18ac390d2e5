package io.tenantry.backup.postgres;

import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.util.Map;
import java.util.TreeMap;

/**
 * A role that a session or a program logs in with.
 *
 * @param settings of its sessions, in addition to {@link io.tenantry.kernel.db.SessionSettings},
 *     and sent with the login like those
 */
record Login(String user, String password, Map<String, String> settings) {

  /**
   * The settings of every session. Unqualified names mean PostgreSQL's own objects, never those
   * that a tenant has created.
   */
  private static final Map<String, String> SETTINGS = Map.of("search_path", "pg_catalog, pg_temp");

  Login {
    settings = Map.copyOf(settings);
  }

  /** The cluster's admin, for databases that hold nothing of tenants. */
  static Login admin(ClusterAccess access) {
    return new Login(access.adminUser(), access.adminPassword(), SETTINGS);
  }

  /** The owner role of a tenant's data. */
  static Login owner(ClusterAccess access, String role) {
    return derived(access, ClusterRoles.owner(role));
  }

  /** The role that reads everything, for statements that run none of a tenant's code. */
  static Login dump(ClusterAccess access) {
    return derived(access, ClusterRoles.DUMP);
  }

  private static Login derived(ClusterAccess access, String role) {
    return new Login(role, access.roleSecret().passwordOf(role), SETTINGS);
  }

  /** The same role with one more setting. */
  Login with(String setting, String value) {
    Map<String, String> more = new TreeMap<>(settings);
    more.put(setting, value);
    return new Login(user, password, more);
  }

  @Override
  public String toString() {
    return "Login[" + user + "]";
  }
}
