package io.tenantry.backup.process;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tenant's key is encrypted with a previous encryption key when the service starts. */
class StoredSecretsIT {

  private static final String PREVIOUS_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private final UUID tenant = UUID.randomUUID();
  private final String context = "backup key of " + tenant;

  @BeforeAll
  static void createTable() {
    if (ControlDatabase.column("SELECT to_regclass('backup.tenant_keys')").contains(null)) {
      Replica.start(Map.of()).close();
    }
  }

  @BeforeEach
  void store() {
    byte[] wrapped = KeyRing.of(PREVIOUS_KEY, List.of()).encrypt("a key", context);
    ControlDatabase.execute(
        "INSERT INTO backup.tenant_keys (tenant_id, keyset_encrypted) VALUES (?, ?)",
        tenant,
        wrapped);
  }

  @AfterEach
  void remove() {
    ControlDatabase.execute("DELETE FROM backup.tenant_keys WHERE tenant_id = ?", tenant);
  }

  @Tag("B1")
  @Test
  void reencryptsTenantKeySoThatPreviousKeyCanBeRemoved() {
    KeyRing newest = KeyRing.of(LocalStack.shared().environment().get("ENCRYPTION_KEY"), List.of());
    try (ServiceProcess service = Replica.start(Map.of("ENCRYPTION_KEYS_RETIRED", PREVIOUS_KEY))) {
      await().until(() -> KeyRing.keyIdOf(stored()) == newest.primaryId());
      assertThat(service.log()).contains("count=1 table=backup.tenant_keys");
    }
    assertThat(newest.decrypt(stored(), context)).isEqualTo("a key");
  }

  @Tag("B1")
  @Test
  void refusesToStartWithoutKeyThatStoredSecretNeeds() {
    try (ServiceProcess service = Replica.launch(Map.of())) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log())
          .contains("ENCRYPTION_KEY differs from the key that 1 stored secrets")
          .doesNotContain("\tat ");
    }
  }

  private byte[] stored() {
    return HexFormat.of()
        .parseHex(
            ControlDatabase.column(
                    "SELECT encode(keyset_encrypted, 'hex') FROM backup.tenant_keys WHERE tenant_id = ?",
                    tenant)
                .getFirst());
  }
}
