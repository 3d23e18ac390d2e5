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
 * @param name what it is recorded by
 * @param region the region it stands in
 * @param host its host, as services and tenants reach it
 * @param maintenanceDatabase the database its admin connects to
 * @param adminUser a role that may create databases and roles
 * @param sslMode as libpq has it, for all connections
 * @param sslRootCertificate what {@code verify-ca} and {@code verify-full} trust, in PEM
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
    Optional<String> sslRootCertificate,
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
        sslRootCertificate,
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

  /** How connections to it are protected. */
  public ServerTls tls() {
    return ServerTls.of(sslMode, sslRootCertificate);
  }

  /** How its admin logs in to one of its databases. */
  public PostgresLogin admin(String database) {
    return login(database, adminUser, adminPassword);
  }

  /** How a role logs in to one of its databases. */
  public PostgresLogin login(String database, String role, String password) {
    return new PostgresLogin(host, port, database, role, password, tls());
  }

  /** How a tenant logs in to its database. */
  public ConnectionString connectionString(String database, String role, String password) {
    return ConnectionString.of(host, port, database, role, password, sslMode);
  }

  @Override
  public String toString() {
    return "ClusterAccess[%s, %s:%d]".formatted(name, host, port);
  }
}
