package io.tenantry.tenant.encryption;

import io.tenantry.kernel.cluster.RoleSecret;
import io.tenantry.kernel.tenant.ClusterAccess;
import java.util.Locale;

/** A table with secrets, and the context that its secrets are encrypted with. */
enum SecretTable {
  TENANT_DATABASES("tenant_id::text", "connection_string_encrypted", ""),
  CLUSTERS("name", "admin_password_encrypted", ClusterAccess.encryptionContext("")),
  CLUSTER_IDENTITIES("cluster", "role_secret_encrypted", RoleSecret.encryptionContext("")),
  POOL_ENTRIES("tenant_id::text", "connection_string_encrypted", ""),
  KEY_DELIVERIES("job_id::text", "keys_encrypted", "job "),
  WEBHOOK_ENDPOINTS("endpoint_id::text", "secrets_encrypted", "webhook endpoint ");

  private final String id;
  private final String secret;
  private final String context;

  SecretTable(String id, String secret, String context) {
    this.id = id;
    this.secret = secret;
    this.context = context;
  }

  /** The SQL expression of the row's id. */
  String id() {
    return id;
  }

  /** The column with the ciphertext. */
  String secret() {
    return secret;
  }

  /** The encryption context of the secret in this row. */
  String contextOf(String rowId) {
    return context + rowId;
  }

  /** The qualified name of the table. */
  String table() {
    return "control_plane." + this;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
