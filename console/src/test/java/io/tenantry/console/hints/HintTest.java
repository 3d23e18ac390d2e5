package io.tenantry.console.hints;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Browsers receive what has changed, as ids only. */
@Tag("P6")
class HintTest {

  private static final String TENANT = "4b0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e";
  private static final String OTHER = "0f0cbb7a-4d11-4bbf-9f0a-3b3f7e5f8a9e";

  @ParameterizedTest
  @CsvSource({
    "io.tenantry.tenant.provisioned.v1, tenant, tenant_id",
    "io.tenantry.tenant-provisioning.failed.v1, tenant, tenant_id",
    "io.tenantry.credentials.rotated.v1, tenant, tenant_id",
    "io.tenantry.limit.reached.v1, tenant, tenant_id",
    "io.tenantry.backup.completed.v1, backup, backup_id",
    "io.tenantry.restore.failed.v1, restore, restore_id",
    "io.tenantry.drill.completed.v1, drill, drill_id",
    "io.tenantry.migration.completed.v1, migration, migration_id",
    "io.tenantry.campaign.finished.v1, campaign, campaign_id",
  })
  void namesWhatAnEventChanged(String type, String kind, String id) {
    JsonObject hint = new JsonObject(Hint.of(type, new JsonObject().put(id, TENANT)).orElseThrow());

    assertThat(hint.getString("kind")).isEqualTo(kind);
    assertThat(hint.getString("id")).isEqualTo(TENANT);
  }

  @Test
  void namesTenantAndCampaignOfAMigrationAndNothingElse() {
    JsonObject data =
        new JsonObject()
            .put("migration_id", OTHER)
            .put("tenant_id", TENANT)
            .put("campaign_id", OTHER)
            .put("message", "not for browsers");

    assertThat(Hint.of("io.tenantry.migration.failed.v1", data))
        .contains(
            "{\"kind\":\"migration\",\"id\":\"%2$s\",\"tenant_id\":\"%1$s\",\"campaign_id\":\"%2$s\"}"
                .formatted(TENANT, OTHER));
  }

  @Test
  void ignoresWhatIsNoEventWithAnId() {
    assertThat(Hint.of("com.example.other", new JsonObject().put("tenant_id", TENANT))).isEmpty();
    assertThat(Hint.of("io.tenantry.tenant.updated.v1", new JsonObject())).isEmpty();
    assertThat(
            Hint.of("io.tenantry.tenant.updated.v1", new JsonObject().put("tenant_id", "x\n\ny")))
        .isEmpty();
  }

  @Test
  void sendsEachHintOnce() {
    PendingHints pending = new PendingHints();

    pending.add("a");
    pending.add("b");
    pending.add("a");

    assertThat(pending.take()).containsExactly("a", "b");
    assertThat(pending.take()).isEmpty();
  }

  @Test
  void sendsManyHintsAsOneForAll() {
    PendingHints pending = new PendingHints();

    IntStream.range(0, 10_000).forEach(i -> pending.add("hint " + i));

    assertThat(pending.take()).containsExactly(Hint.ALL);
    pending.add("a");
    assertThat(pending.take()).containsExactly("a");
  }
}
