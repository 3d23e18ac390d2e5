package io.tenantry.testing;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.tenant.ClusterAccess;
import io.tenantry.localstack.LocalStack;
import java.util.Comparator;
import java.util.HexFormat;
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

  /** Records active tenants at a blueprint's current version, whose databases do not exist. */
  public static void addTenantsWithoutData(TestBlueprint blueprint, int count) {
    ControlDatabase.execute(
        """
        WITH current AS (
          INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region)
          SELECT gen_random_uuid(), 'current-' || ?::text || '-' || i, 'production', 'active', ?, ?, 'us-east-1'
          FROM generate_series(1, ?) AS i
          RETURNING tenant_id
        )
        INSERT INTO control_plane.tenant_databases (tenant_id, cluster, host, port, database_name, role_name)
        SELECT tenant_id, 'default', 'nowhere.invalid', 1, 'nowhere_' || tenant_id, 'nobody_' || tenant_id
        FROM current
        """,
        blueprint.name(),
        blueprint.name(),
        blueprint.version(),
        count);
  }

  /** Removes a tenant's row, as a purge does. */
  public static void removeTenant(UUID tenant) {
    ControlDatabase.execute("DELETE FROM control_plane.tenants WHERE tenant_id = ?", tenant);
  }

  /** Removes the rows of all tenants of a blueprint. */
  public static void removeTenantsOf(TestBlueprint blueprint) {
    ControlDatabase.execute(
        "DELETE FROM control_plane.tenants WHERE blueprint = ?", blueprint.name());
  }

  /** Changes a tenant's environment. */
  public static void setEnvironment(UUID tenant, String environment) {
    ControlDatabase.execute(
        "UPDATE control_plane.tenants SET environment = ? WHERE tenant_id = ?",
        environment,
        tenant);
  }

  /** Makes a tenant one of a blueprint's current version. */
  public static void setBlueprint(UUID tenant, TestBlueprint blueprint) {
    ControlDatabase.execute(
        "UPDATE control_plane.tenants SET blueprint = ?, blueprint_version = ? WHERE tenant_id = ?",
        blueprint.name(),
        blueprint.version(),
        tenant);
  }

  /** Changes the backup policy of a blueprint's current version. */
  public static void setBackupPolicy(TestBlueprint blueprint, String schedule, int retentionDays) {
    ControlDatabase.execute(
        """
        UPDATE control_plane.blueprints
        SET backup_schedule = ?, backup_retention_days = ?
        WHERE name = ? AND version = ?
        """,
        schedule,
        retentionDays,
        blueprint.name(),
        blueprint.version());
  }

  /** Changes the database in a tenant's record. */
  public static void setDatabase(UUID tenant, String database) {
    ControlDatabase.execute(
        "UPDATE control_plane.tenant_databases SET database_name = ? WHERE tenant_id = ?",
        database,
        tenant);
  }

  /** Changes a tenant's encrypted connection string; returns the previous one. */
  public static byte[] setConnectionString(UUID tenant, byte[] encrypted) {
    String previous =
        ControlDatabase.column(
                "SELECT encode(connection_string_encrypted, 'hex') FROM control_plane.tenant_databases WHERE tenant_id = ?",
                tenant)
            .getFirst();
    ControlDatabase.execute(
        "UPDATE control_plane.tenant_databases SET connection_string_encrypted = ? WHERE tenant_id = ?",
        encrypted,
        tenant);
    return HexFormat.of().parseHex(previous);
  }

  /** Makes connections to a registered cluster check its certificate. */
  public static void verifyCertificates(String cluster, String rootCertificate) {
    ControlDatabase.execute(
        "UPDATE control_plane.clusters SET ssl_mode = 'verify-full', ssl_root_certificate = ? WHERE name = ?",
        rootCertificate,
        cluster);
  }

  /** Registers a cluster whose certificate is checked, or changes its root certificate. */
  public static void registerVerified(String name, String host, int port, String rootCertificate) {
    ControlDatabase.execute(
        """
        INSERT INTO control_plane.clusters
          (name, region, host, port, ssl_mode, ssl_root_certificate, admin_user, capacity)
        VALUES (?, 'us-east-1', ?, ?, 'verify-full', ?, 'tenantry_admin', 10)
        ON CONFLICT (name) DO UPDATE SET ssl_root_certificate = excluded.ssl_root_certificate
        """,
        name,
        host,
        port,
        rootCertificate);
  }

  /** The actions in the audit log about a tenant, in order. */
  public static List<String> auditedActions(UUID tenant) {
    return ControlDatabase.column(
        "SELECT action FROM control_plane.audit_log WHERE tenant_id = ? OR tenant_ids @> ARRAY[?] ORDER BY position",
        tenant,
        tenant);
  }

  /** {@link #auditedActions(UUID)} by one actor. */
  public static List<String> auditedActions(UUID tenant, String actor) {
    return ControlDatabase.column(
        "SELECT action FROM control_plane.audit_log WHERE tenant_id = ? AND actor = ? ORDER BY position",
        tenant,
        actor);
  }

  /** The generation of the control database. */
  public static long generation() {
    return Long.parseLong(
        ControlDatabase.column("SELECT generation FROM control_plane.installation").getFirst());
  }

  /** The highest generation that was reported. */
  public static long seenGeneration() {
    return Long.parseLong(
        ControlDatabase.column("SELECT seen_generation FROM control_plane.installation")
            .getFirst());
  }

  /** Increments the generation. */
  public static void raiseGeneration() {
    ControlDatabase.execute("UPDATE control_plane.installation SET generation = generation + 1");
  }

  /** Ends recovery mode and forgets reported generations. */
  public static void endRecovery() {
    ControlDatabase.execute(
        "UPDATE control_plane.installation SET recovery_since = NULL, recovery_reason = NULL, seen_generation = 0");
  }
}
