package io.tenantry.kernel.tenant;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.Optional;

/**
 * A PostgreSQL cluster and how its admin logs in.
 *
 * @param name its name in the registry
 * @param region its region
 * @param host its host, as services and tenants reach it
 * @param maintenanceDatabase the database that its admin connects to
 * @param adminUser a role that may create databases and roles
 * @param sslMode libpq's sslmode, for all connections
 * @param sslRootCertificate what {@code verify-ca} and {@code verify-full} trust, in PEM
 * @param identity of the server; empty before it is registered
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
    Optional<String> sslRootCertificate,
    Optional<Identity> identity) {

  /**
   * The identity of a registered cluster.
   *
   * @param systemIdentifier of the server, which its standbys share
   * @param roleSecret the passwords of Tenantry's roles there are derived from it
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
        sslRootCertificate,
        Optional.of(known));
  }

  /**
   * The secret of the cluster's roles.
   *
   * @throws TenantryException {@code CLUSTER_NOT_PREPARED} if it was not prepared yet
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

  /** The encryption context of this cluster's admin password. */
  public static String encryptionContext(String cluster) {
    return "cluster " + cluster;
  }

  /** The TLS settings of connections to it. */
  public ServerTls tls() {
    return ServerTls.of(sslMode, sslRootCertificate);
  }

  /** The admin's login to one of its databases. */
  public PostgresLogin admin(String database) {
    return login(database, adminUser, adminPassword);
  }

  /** A role's login to one of its databases. */
  public PostgresLogin login(String database, String role, String password) {
    return new PostgresLogin(host, port, database, role, password, tls());
  }

  /** The connection string of a tenant's login. */
  public ConnectionString connectionString(String database, String role, String password) {
    return ConnectionString.of(host, port, database, role, password, sslMode);
  }

  @Override
  public String toString() {
    return "ClusterAccess[%s, %s:%d]".formatted(name, host, port);
  }
}
