package io.tenantry.kernel.tenant;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** The registered PostgreSQL clusters, with the credentials of their admins. */
@Singleton
public final class ClusterDirectory {

  private static final String SELECT_CLUSTER =
      """
      SELECT name, region, host, port, maintenance_database, admin_user, admin_password_encrypted,
        ssl_mode, ssl_root_certificate, system_identifier, role_secret_encrypted
      FROM control_plane.clusters_v1
      """;

  private final Database database;
  private final KeyRing keyRing;

  ClusterDirectory(Database database, KeyRing keyRing) {
    this.database = database;
    this.keyRing = keyRing;
  }

  /** The cluster registered under this name. */
  public Optional<ClusterAccess> find(String name) {
    return database.first(this::read, SELECT_CLUSTER + "WHERE name = $1", name);
  }

  /**
   * The names of all clusters, in order; {@link #find} each separately, since one whose credentials
   * cannot be decrypted must not affect the others.
   */
  public List<String> names() {
    return database.list(
        row -> row.getString(0), "SELECT name FROM control_plane.clusters_v1 ORDER BY name");
  }

  private ClusterAccess read(Row row) {
    String name = row.getString("name");
    Buffer password = row.getBuffer("admin_password_encrypted");
    return new ClusterAccess(
        name,
        row.getString("region"),
        row.getString("host"),
        row.getInteger("port"),
        row.getString("maintenance_database"),
        row.getString("admin_user"),
        password == null
            ? ""
            : keyRing.decrypt(password.getBytes(), ClusterAccess.encryptionContext(name)),
        row.getString("ssl_mode"),
        Optional.ofNullable(row.getString("ssl_root_certificate")),
        identity(name, row));
  }

  private Optional<ClusterAccess.Identity> identity(String cluster, Row row) {
    Buffer secret = row.getBuffer("role_secret_encrypted");
    return secret == null
        ? Optional.empty()
        : Optional.of(
            new ClusterAccess.Identity(
                row.getLong("system_identifier"),
                new RoleSecret(
                    keyRing.decrypt(secret.getBytes(), RoleSecret.encryptionContext(cluster)))));
  }
}
