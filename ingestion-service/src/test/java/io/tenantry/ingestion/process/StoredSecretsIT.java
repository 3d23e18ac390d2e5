package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An instance's secrets that a former encryption key has encrypted, when the service starts. */
class StoredSecretsIT {

  private static final String FORMER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @Test
  void i8EncryptsAnInstancesSecretsAnewSoThatTheFormerKeyCanGo() throws SQLException {
    UUID id = UUID.randomUUID();
    String context = "instance " + id;
    byte[] former = KeyRing.of(FORMER_KEY, List.of()).encrypt("a secret", context);
    KeyRing newest = KeyRing.of(LocalStack.shared().environment().get("ENCRYPTION_KEY"), List.of());
    try (ServiceProcess before = ServiceProcess.start(Map.of())) {
      before.terminate();
    }
    try (Connection control = LocalStack.shared().postgres().connect("tenantry_control")) {
      try (PreparedStatement insert =
          control.prepareStatement(
              """
              INSERT INTO ingestion.instances
                (instance_id, name, channel_type, evolution_key_encrypted, agent_api_key_encrypted)
              VALUES (?, 'rotated', 'whatsapp', ?, ?)
              """)) {
        insert.setObject(1, id);
        insert.setBytes(2, former);
        insert.setBytes(3, former);
        insert.execute();
      }
      try (ServiceProcess service =
          ServiceProcess.start(Map.of("ENCRYPTION_KEYS_RETIRED", FORMER_KEY))) {
        await()
            .untilAsserted(
                () ->
                    assertThat(secrets(control, id))
                        .allSatisfy(
                            secret ->
                                assertThat(KeyRing.keyIdOf(secret)).isEqualTo(newest.primaryId())));
        assertThat(service.log()).contains("1 secrets of ingestion.instances");
      }
      assertThat(secrets(control, id))
          .allSatisfy(secret -> assertThat(newest.decrypt(secret, context)).isEqualTo("a secret"));
    } finally {
      remove(id);
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
