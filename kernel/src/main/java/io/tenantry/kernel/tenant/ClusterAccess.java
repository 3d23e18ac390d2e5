package io.tenantry.kernel.tenant;

/**
 * A PostgreSQL cluster and how its admin logs in.
 *
 * @param name what it is recorded by
 * @param region the region it stands in
 * @param host its host, as services and tenants reach it
 * @param maintenanceDatabase the database its admin connects to
 * @param adminUser a role that may create databases and roles
 * @param sslMode as libpq has it, for all connections
 */
public record ClusterAccess(
    String name,
    String region,
    String host,
    int port,
    String maintenanceDatabase,
    String adminUser,
    String adminPassword,
    String sslMode) {

  /** What an encrypted admin password of this cluster is bound to. */
  public static String encryptionContext(String cluster) {
    return "cluster " + cluster;
  }

  @Override
  public String toString() {
    return "ClusterAccess[%s, %s:%d]".formatted(name, host, port);
  }
}
