package io.tenantry.tenant;

import io.tenantry.kernel.crypto.KeyRing;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** The connection strings that tenants were given, decrypted from the control database. */
public final class TenantConnections {

  private static final String QUERY =
      """
      SELECT encode(connection_string_encrypted, 'hex')
      FROM control_plane.tenant_databases
      WHERE tenant_id = ?
      """;

  private TenantConnections() {}

  public static byte[] encrypted(UUID tenantId) {
    return HexFormat.of().parseHex(Postgres.value(Postgres.CONTROL, QUERY, tenantId));
  }

  public static String of(UUID tenantId) {
    return of(tenantId, ConfigProvider.getConfig().getValue("ENCRYPTION_KEY", String.class));
  }

  public static String of(UUID tenantId, String encryptionKey) {
    return KeyRing.of(encryptionKey, List.of()).decrypt(encrypted(tenantId), tenantId.toString());
  }

  /** As the control database of that session has it. */
  public static String of(Connection control, UUID tenantId, String encryptionKey)
      throws SQLException {
    byte[] encrypted =
        HexFormat.of().parseHex(Postgres.column(control, QUERY, tenantId).getFirst());
    return KeyRing.of(encryptionKey, List.of()).decrypt(encrypted, tenantId.toString());
  }
}
