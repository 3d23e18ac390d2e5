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

/** Manages the login roles of tenants on one cluster. */
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
   * Creates a tenant's login role and owner role. The commit is asynchronous: the roles are not
   * used before {@link Cluster#grantAccess}, whose synchronous commit on the same server also
   * flushes this one.
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
   * Drops a tenant's roles, if they exist.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if a role does not belong to the tenant
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

  /** Drops a temporary role that ran a blueprint's SQL. */
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
   * Sets a new password for a tenant's role or second role. The second role is a member of the role
   * and acts as it, with the same limit and settings. Sessions with the previous password are
   * terminated.
   *
   * @param role the tenant's role
   * @param credentials the new credentials of the role or of the second role
   */
  public void renew(UUID tenant, String role, Credentials credentials) {
    setup.prepare();
    roles.renew(tenant, role, credentials);
  }

  /** Blocks a tenant's role, terminates its sessions and removes its password. */
  public void retire(UUID tenant, String role) {
    block(tenant, Set.of(role));
    roles.forgetPassword(role);
  }

  /**
   * Blocks the login of a tenant's existing roles and terminates their sessions.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if a role is not a login role of this
   *     tenant
   */
  public void block(UUID tenant, Set<String> logins) {
    setup.prepare();
    roles.permitLogin(tenant, logins, false);
    ClusterSessions.terminateOf(connections.admin(), logins);
  }

  /**
   * Permits the login of a tenant's existing roles.
   *
   * @throws io.tenantry.kernel.cluster.IdentityMismatch if a role is not a login role of this
   *     tenant
   */
  public void permit(UUID tenant, Set<String> logins) {
    setup.prepare();
    roles.permitLogin(tenant, logins, true);
  }

  /** Terminates the sessions of blocked tenant roles; returns their number. */
  int endBlockedSessions() {
    return ClusterSessions.terminateBlocked(admin());
  }

  /** Records a tenant's login role in the server's catalog; a failure is only logged. */
  public void record(UUID tenant, String role) {
    try {
      ClusterCatalog.updateDetails(admin(), tenant, "{\"login_role\": \"%s\"}".formatted(role));
    } catch (RuntimeException e) {
      LOG.warnf(
          "login role could not be recorded in the cluster's catalog tenant=%s: %s",
          tenant, e.getMessage());
    }
  }

  private Database admin() {
    setup.prepare();
    return connections.admin();
  }
}
