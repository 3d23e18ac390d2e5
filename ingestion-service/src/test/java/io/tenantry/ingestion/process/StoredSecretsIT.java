package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Secrets of an instance that a retired key has encrypted, when the service starts. */
class StoredSecretsIT {

  private static final String RETIRED_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @Test
  @Tag("I8")
  void reencryptsSecretsSoThatRetiredKeyCanBeRemoved() throws SQLException {
    UUID id = UUID.randomUUID();
    String context = "instance " + id;
    byte[] retired = KeyRing.of(RETIRED_KEY, List.of()).encrypt("a secret", context);
    KeyRing newest = KeyRing.of(LocalStack.shared().environment().get("ENCRYPTION_KEY"), List.of());
    createTables();
    try (Connection control = LocalStack.shared().postgres().connect("tenantry_control")) {
      try (PreparedStatement insert =
          control.prepareStatement(
              """
              INSERT INTO ingestion.instances
                (instance_id, name, channel_type, evolution_key_encrypted, agent_api_key_encrypted)
              VALUES (?, 'rotated', 'whatsapp', ?, ?)
              """)) {
        insert.setObject(1, id);
        insert.setBytes(2, retired);
        insert.setBytes(3, retired);
        insert.execute();
      }
      try (ServiceProcess service =
          ServiceProcess.start(
              Map.of(
                  "ENCRYPTION_KEYS_RETIRED", RETIRED_KEY,
                  "TENANTRY_EXTRACTION_ENABLED", "false",
                  "TENANTRY_DEAD_LETTERS_ENABLED", "false"))) {
        await()
            .untilAsserted(
                () ->
                    assertThat(secrets(control, id))
                        .allSatisfy(
                            secret ->
                                assertThat(KeyRing.keyIdOf(secret)).isEqualTo(newest.primaryId())));
        assertThat(service.log()).contains("count=1 table=ingestion.instances");
      }
      assertThat(secrets(control, id))
          .allSatisfy(secret -> assertThat(newest.decrypt(secret, context)).isEqualTo("a secret"));
    } finally {
      remove(id);
    }
  }

  /** Another test's service may have done it. */
  private static void createTables() {
    if (ControlDatabase.column("SELECT to_regclass('ingestion.instances')").contains(null)) {
      try (ServiceProcess service = ServiceProcess.start(Map.of("SHUTDOWN_DELAY", "0s"))) {
        service.terminate();
      }
    }
  }

  private static List<byte[]> secrets(Connection control, UUID id) throws SQLException {
    try (PreparedStatement query =
        control.prepareStatement(
            """
            SELECT evolution_key_encrypted, agent_api_key_encrypted
            FROM ingestion.instances
            WHERE instance_id = ?
            """)) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return List.of(row.getBytes(1), row.getBytes(2));
      }
    }
  }

  private static void remove(UUID id) throws SQLException {
    try (Connection control = LocalStack.shared().postgres().connect("tenantry_control");
        PreparedStatement delete =
            control.prepareStatement("DELETE FROM ingestion.instances WHERE instance_id = ?")) {
      delete.setObject(1, id);
      delete.execute();
    }
  }
}
