package io.tenantry.tenant.encryption;

import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How connection strings are kept. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ConnectionStringEncryptionTest {

  @Inject KeyRing keyRing;
  @Inject Database database;

  @Test
  @Tag("T5")
  void storesACiphertextThatNamesItsKeyAndIsBoundToTheTenant() {
    UUID tenant = createTenant(newName());
    UUID other = createTenant(newName());

    byte[] stored = TenantConnections.encrypted(tenant);

    assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("postgresql");
    assertThat(KeyRing.keyIdOf(stored)).isEqualTo(keyRing.primaryId());
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT encryption_key_id
                FROM control_plane.tenant_databases
                JOIN control_plane.encryption_keys ON key_id = encryption_key_id
                WHERE tenant_id = ?
                """,
                tenant))
        .isEqualTo(String.valueOf(keyRing.primaryId()));
    assertThatThrownBy(() -> keyRing.decrypt(stored, other.toString()))
        .isInstanceOf(KeyRing.UndecryptableException.class);
  }

  @Test
  @Tag("T5")
  void refusesToStartWithAKeyThatCannotReadWhatIsStored() {
    createTenant(newName());
    KeyRing stranger = KeyRing.of(Base64.getEncoder().encodeToString(new byte[32]), List.of());

    assertThatThrownBy(
            () ->
                new EncryptionKeyCheck(stranger, new SecretStore(database), database)
                    .check(new StartupEvent()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ENCRYPTION_KEY differs from the key");
  }
}
