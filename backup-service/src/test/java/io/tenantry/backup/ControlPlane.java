package io.tenantry.backup;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.localstack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The registry of tenants, as tenant-service's own migrations make it, with the local cluster. */
public final class ControlPlane {

  static final String CLUSTER = "default";

  /** What the passwords of Tenantry's roles on the cluster are derived from. */
  static final RoleSecret ROLE_SECRET =
      new RoleSecret("dGhlLXJvbGVzLW9mLXRoZS10ZXN0cy1jbHVzdGVyISE=");

  private static final Path MIGRATIONS =
      Path.of("..", "tenant-service", "src", "main", "resources", "db", "control");

  private static boolean prepared;

  private ControlPlane() {}

  /** Makes it, once. */
  static synchronized void prepare() {
    if (prepared) {
      return;
    }
    LocalStack stack = LocalStack.shared();
    Map<String, String> environment = stack.environment();
    if (ControlDatabase.column("SELECT 1 WHERE to_regclass('control_plane.tenants') IS NOT NULL")
        .isEmpty()) {
      try (Connection connection =
              stack
                  .postgres()
                  .connect(
                      ControlDatabase.NAME,
                      "tenant_service",
                      environment.get("CONTROL_DATABASE_PASSWORD"));
          Statement statement = connection.createStatement()) {
        for (Path migration : migrations()) {
          statement.execute(Files.readString(migration));
        }
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // The tests reach one server by several ways.
      ControlDatabase.execute(
          "ALTER TABLE control_plane.cluster_identities DROP CONSTRAINT cluster_identities_server");
    }
    register(CLUSTER, stack.postgres().port());
    prepared = true;
  }

  /** Registers the local cluster, by any way that leads to it. */
  public static void register(String name, int port) {
    LocalStack stack = LocalStack.shared();
    Map<String, String> environment = stack.environment();
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
        environment.get("TENANT_CLUSTER_ADMIN_USER"),
        ring.encrypt(
            environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"),
            ClusterAccess.encryptionContext(name)),
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
    return KeyRing.of(LocalStack.shared().environment().get("ENCRYPTION_KEY"), List.of());
  }

  /** Encrypts a secret of the registry. */
  static byte[] encrypt(String secret, String context) {
    return keyRing().encrypt(secret, context);
  }

  /** The key that {@link #encrypt} uses. */
  static int keyId() {
    return keyRing().primaryId();
  }

  private static List<Path> migrations() throws IOException {
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      return files.sorted(Comparator.comparingInt(ControlPlane::version)).toList();
    }
  }

  private static int version(Path migration) {
    String name = migration.getFileName().toString();
    return Integer.parseInt(name.substring(1, name.indexOf("__")));
  }
}
