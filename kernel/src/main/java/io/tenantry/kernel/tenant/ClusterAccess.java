package io.tenantry.kernel.tenant;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import java.util.Optional;

/**
 * A PostgreSQL cluster and how its admin logs in.
 *
 * @param name what it is recorded by
 * @param region the region it stands in
 * @param host its host, as services and tenants reach it
 * @param maintenanceDatabase the database its admin connects to
 * @param adminUser a role that may create databases and roles
 * @param sslMode as libpq has it, for all connections
 * @param identity what this cluster is known by beside its address; empty before it is registered
 */
public record ClusterAccess(
    String name,
    String region,
    String host,
    int port,
    String maintenanceDatabase,
    String adminUser,
    String adminPassword,
    String sslMode,
    Optional<Identity> identity) {

  /**
   * What a registered cluster is known by.
   *
   * @param systemIdentifier the server's own, which it shares with its standbys
   * @param roleSecret from which the passwords of Tenantry's roles there are derived
   */
  public record Identity(long systemIdentifier, RoleSecret roleSecret) {}

  /** The same server with this identity. */
  public ClusterAccess with(Identity known) {
    return new ClusterAccess(
        name,
        region,
        host,
        port,
        maintenanceDatabase,
        adminUser,
        adminPassword,
        sslMode,
        Optional.of(known));
  }

  /**
   * The secret of the cluster's roles.
   *
   * @throws TenantryException {@code CLUSTER_NOT_PREPARED} if it was not looked at yet
   */
  public RoleSecret roleSecret() {
    return identity
        .map(Identity::roleSecret)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.CLUSTER_NOT_PREPARED,
                    "tenant-service has not prepared the cluster %s yet.".formatted(name)));
  }

  /** What an encrypted admin password of this cluster is bound to. */
  public static String encryptionContext(String cluster) {
    return "cluster " + cluster;
  }

  @Override
  public String toString() {
    return "ClusterAccess[%s, %s:%d]".formatted(name, host, port);
  }
}
