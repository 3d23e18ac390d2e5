package io.tenantry.tenant.cluster;

import static io.tenantry.kernel.cluster.ClusterRoles.APP;
import static io.tenantry.kernel.cluster.ClusterRoles.CONTENT;

import io.tenantry.kernel.cluster.ClusterCatalog;
import io.tenantry.kernel.cluster.ClusterSessions;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.cluster.ObjectRemoval;
import io.tenantry.kernel.db.Database;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/** The roles that tenants log in with, on one cluster. */
public final class ClusterLogins {

  private static final Logger LOG = Logger.getLogger(ClusterLogins.class);

  private final ClusterConnections connections;
  private final ClusterSetup setup;
  private final TenantRoles roles;

  ClusterLogins(ClusterConnections connections, ClusterSetup setup, TenantRoles roles) {
    this.connections = connections;
    this.setup = setup;
    this.roles = roles;
  }

  /**
   * Creates a tenant's login role and its owner role. Their commit need not wait for the disk: they
   * are of no use before {@link Cluster#grantAccess}, whose commit on the same server has them on
   * disk, too.
   */
  public void create(UUID tenant, Credentials credentials, int connectionLimit) {
    admin()
        .execute(
            "SELECT set_config('synchronous_commit', 'off', true);\n"
                + roles.create(tenant, credentials, connectionLimit, APP)
                + roles.createOwner(
                    tenant,
                    credentials.role(),
                    TenantRoles.OWNER_CONNECTIONS,
                    Purpose.OWNER,
                    CONTENT));
  }

  /**
   * Drops a tenant's roles; none of that name is fine too.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is another's
   */
  public void drop(UUID tenant, String role) {
    setup.prepareToDrop();
    connections
        .drops()
        .inSession(
            session -> {
              new ObjectRemoval(setup.objects()).dropRoles(session, role, tenant);
              return true;
            });
  }

  /** Drops a role that a blueprint's SQL ran as. */
  void dropBuildRole(String role) {
    setup.prepare();
    connections
        .drops()
        .inSession(
            session -> {
              new ObjectRemoval(setup.objects()).dropBuildRole(session, role);
              return true;
            });
  }

  /**
   * Gives a tenant's role, or its second one, a new password. The second is a member of the role
   * and acts as it, with its limit and settings. Sessions with the previous password end.
   *
   * @param role the tenant's role
   * @param credentials of that role or of its second
   */
  public void renew(UUID tenant, String role, Credentials credentials) {
    setup.prepare();
    roles.renew(tenant, role, credentials);
  }

  /** Keeps a tenant's role from logging in, ends its sessions and forgets its password. */
  public void retire(UUID tenant, String role) {
    block(tenant, Set.of(role));
    roles.forgetPassword(role);
  }

  /**
   * Keeps a tenant's roles, those of them that exist, from logging in, and ends their sessions.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is no login of this tenant
   */
  public void block(UUID tenant, Set<String> logins) {
    setup.prepare();
    roles.permitLogin(tenant, logins, false);
    ClusterSessions.endOf(connections.admin(), logins);
  }

  /**
   * Lets a tenant's roles, those of them that exist, log in.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if one is no login of this tenant
   */
  public void permit(UUID tenant, Set<String> logins) {
    setup.prepare();
    roles.permitLogin(tenant, logins, true);
  }

  /** Ends the sessions of tenants' roles that may not log in; returns how many there were. */
  int endBlockedSessions() {
    return ClusterSessions.endBlocked(admin());
  }

  /** Writes down on the server which of its roles a tenant logs in with, as far as that can be. */
  public void record(UUID tenant, String role) {
    try {
      ClusterCatalog.updateDetails(admin(), tenant, "{\"login_role\": \"%s\"}".formatted(role));
    } catch (RuntimeException e) {
      LOG.warnf("tenant=%s its login is not in the catalog yet: %s", tenant, e.getMessage());
    }
  }

  private Database admin() {
    setup.prepare();
    return connections.admin();
  }
}
