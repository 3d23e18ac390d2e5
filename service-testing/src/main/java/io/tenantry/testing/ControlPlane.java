package io.tenantry.testing;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.localstack.LocalStack;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The registry of tenants, created by tenant-service's own migrations, with the local cluster. */
public final class ControlPlane {

  static final String CLUSTER = "default";

  /** The secret from which the passwords of Tenantry's roles on the cluster are derived. */
  static final RoleSecret ROLE_SECRET =
      new RoleSecret("dGhlLXJvbGVzLW9mLXRoZS10ZXN0cy1jbHVzdGVyISE=");

  private static boolean prepared;

  private ControlPlane() {}

  /** Creates it once. */
  public static synchronized void prepare() {
    if (prepared) {
      return;
    }
    LocalStack stack = LocalStack.shared();
    if (ControlDatabase.column("SELECT 1 WHERE to_regclass('control_plane.tenants') IS NOT NULL")
        .isEmpty()) {
      Session.execute(
          () ->
              stack
                  .postgres()
                  .connect(
                      ControlDatabase.NAME,
                      "tenant_service",
                      stack.variable("CONTROL_DATABASE_PASSWORD")),
          Migrations.in("db/control").entrySet().stream()
              .sorted(Comparator.comparingInt(file -> version(file.getKey())))
              .map(Map.Entry::getValue)
              .toArray(String[]::new));
      // The tests reach one server through several addresses.
      ControlDatabase.execute(
          "ALTER TABLE control_plane.cluster_identities DROP CONSTRAINT cluster_identities_server");
    }
    register(CLUSTER, stack.postgres().port());
    prepared = true;
  }

  /** Registers the local cluster under any of its addresses. */
  public static void register(String name, int port) {
    LocalStack stack = LocalStack.shared();
    KeyRing ring = keyRing();
    ControlDatabase.execute(
        "INSERT INTO control_plane.encryption_keys (key_id) VALUES (?) ON CONFLICT DO NOTHING",
        ring.primaryId());
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.clusters (
          name, region, host, port, ssl_mode, admin_user, admin_password_encrypted, encryption_key_id, capacity
        )
        VALUES (?, 'us-east-1', ?, ?, 'prefer', ?, ?, ?, 100000)
        ON CONFLICT DO NOTHING
        """,
        name,
        stack.postgres().host(),
        port,
        stack.variable("TENANT_CLUSTER_ADMIN_USER"),
        ring.encrypt(
            stack.variable("TENANT_CLUSTER_ADMIN_PASSWORD"), ClusterAccess.encryptionContext(name)),
        ring.primaryId());
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.cluster_identities (cluster, system_identifier, role_secret_encrypted, encryption_key_id)
        SELECT ?, system_identifier, ?, ?
        FROM pg_control_system()
        ON CONFLICT DO NOTHING
        """,
        name,
        ring.encrypt(ROLE_SECRET.value(), RoleSecret.encryptionContext(name)),
        ring.primaryId());
  }

  private static KeyRing keyRing() {
    return KeyRing.of(LocalStack.shared().variable("ENCRYPTION_KEY"), List.of());
  }

  /** Encrypts a secret of the registry. */
  static byte[] encrypt(String secret, String context) {
    return keyRing().encrypt(secret, context);
  }

  /** The key that {@link #encrypt} uses. */
  static int keyId() {
    return keyRing().primaryId();
  }

  private static int version(String migration) {
    return Integer.parseInt(migration.substring(1, migration.indexOf("__")));
  }

  /** Records a tenant, without a database. */
  public static void addTenant(UUID id, String status, String blueprint, String version) {
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.tenants (
          tenant_id, name, environment, status, blueprint, blueprint_version, region, deleted_at)
        VALUES (?, ?, 'production', ?, ?, ?, 'us-east-1', CASE WHEN ? = 'deleted' THEN now() END)
        """,
        id,
        "t-" + id,
        status,
        blueprint,
        version,
        status);
  }

  /** Changes the status of a tenant. */
  public static void setStatus(UUID tenant, String status) {
    ControlDatabase.execute(
        """
        UPDATE control_plane.tenants
        SET status = ?, deleted_at = CASE WHEN ? = 'deleted' THEN now() END
        WHERE tenant_id = ?
        """,
        status,
        status,
        tenant);
  }
}
