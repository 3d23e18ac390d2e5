package io.tenantry.tenant.webhook;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.webhook.event.FactLog;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is left to report of a tenant that is deleted. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T23")
class PurgeTest {

  @Inject FactLog facts;
  @Inject Database database;

  @Test
  void refusesToPurgeWhileDeletionIsNotReported() {
    UUID tenant = createTenant(newName());
    String endpoint =
        WebhookApi.endpoint(WebhookApi.of(tenant), "https://93.184.216.34/", Map.of());
    asAdmin()
        .post(WebhookApi.of(tenant) + "/endpoints/" + endpoint + "/pause")
        .then()
        .statusCode(200);
    asAdmin().queryParam("final_backup", false).delete(TENANTS + "/" + tenant);
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                Postgres.value(
                    Postgres.CONTROL,
                    "SELECT status FROM control_plane.tenants WHERE tenant_id = '%s'"
                        .formatted(tenant)),
            equalTo("deleted"));

    asAdmin()
        .post(TENANTS + "/" + tenant + "/purge")
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_BUSY"), "retryable", equalTo(true));
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET deleted_at = now() - interval '6 days' WHERE tenant_id = '%s'"
            .formatted(tenant));

    asAdmin().post(TENANTS + "/" + tenant + "/purge").then().statusCode(204);
  }

  @Test
  void deletionThatIsRepeatedKeepsItsMessageId() {
    TenantEvent.Deleted deleted = new TenantEvent.Deleted(UUID.randomUUID(), newName(), "test");

    for (int i = 0; i < 2; i++) {
      database.transact(sql -> facts.appended(sql, UUID.randomUUID(), deleted));
    }

    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                "SELECT count(*) FROM control_plane.webhook_events WHERE tenant_id = '%s'"
                    .formatted(deleted.tenantId())))
        .isEqualTo("1");
  }
}
