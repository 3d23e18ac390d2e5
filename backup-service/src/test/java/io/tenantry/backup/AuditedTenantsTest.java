package io.tenantry.backup;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.AuditContract;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every action on a tenant is found by that tenant, wherever the request named it. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("A1")
class AuditedTenantsTest {

  private static final String CAMPAIGNS = "/api/v1/campaigns";
  private static final String RESTORES = "/api/v1/restores";
  private static final String BACKUPS = "/api/v1/backups/";

  private static final Set<String> OF_BACKUPS =
      Set.of(
          "POST /api/v1/backups/import",
          "POST /api/v1/backups/{backup_id}/drill",
          "POST /api/v1/backups/{backup_id}/verify",
          "POST /api/v1/jobs/{job_id}/cancel",
          "POST /api/v1/restores",
          "POST /api/v1/restores/{restore_id}/undo");

  private static final Set<String> OF_CAMPAIGNS =
      Set.of(
          "POST /api/v1/campaigns",
          "POST /api/v1/campaigns/{campaign_id}/cancel",
          "POST /api/v1/campaigns/{campaign_id}/pause",
          "POST /api/v1/campaigns/{campaign_id}/resume",
          "POST /api/v1/campaigns/{campaign_id}/retry",
          "POST /api/v1/campaigns/{campaign_id}/rollback");

  private static final Set<String> WITHOUT_TENANT =
      Set.of(
          "POST /api/v1/migrations/drift-checks",
          "POST /api/v1/retention/run",
          "POST /api/v1/schedules/reconciliation",
          "POST /api/v1/stores/{name}/claim");

  @Test
  void knowsTenantOfEachOperation() {
    List<String> named = new ArrayList<>(OF_BACKUPS);
    named.addAll(OF_CAMPAIGNS);
    AuditContract.check(Set.copyOf(named), WITHOUT_TENANT);
  }

  private static List<String> actions(UUID tenant) {
    return ControlPlane.auditedActions(tenant).stream().distinct().toList();
  }

  private static Response post(String path, String body) {
    return asAdmin().contentType(ContentType.JSON).body(body).post(path);
  }

  @Test
  void findsActionsOnBackupsByTheirTenant() {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    String drill = submit(BACKUPS + backup + "/drill", "{}");
    awaitSuccess(submit(BACKUPS + backup + "/verify", "{}"));
    awaitSuccess(drill);
    post("/api/v1/jobs/" + drill + "/cancel", "{}").then().statusCode(409);
    post(BACKUPS + "import", "{\"tenant_id\":\"%s\",\"dry_run\":true}".formatted(tenant.id()))
        .then()
        .statusCode(200);
    String restore =
        awaitSuccess(submit(RESTORES, "{\"tenant_id\":\"%s\"}".formatted(tenant.id())))
            .getString("result.restore_id");
    awaitSuccess(submit(RESTORES + "/" + restore + "/undo", ""));

    assertThat(actions(tenant.id())).containsAll(OF_BACKUPS);
  }

  @Test
  void findsCloneByBothTenants() {
    TestTenant source = TestTenant.withDatabase();
    TestTenant target = TestTenant.withDatabase();
    String backup = backUp(source.id());

    post(
            RESTORES,
            "{\"tenant_id\":\"%s\",\"mode\":\"clone\",\"backup_id\":\"%s\",\"dry_run\":true}"
                .formatted(target.id(), backup))
        .then()
        .statusCode(200);

    assertThat(actions(source.id())).contains("POST /api/v1/restores");
    assertThat(actions(target.id())).contains("POST /api/v1/restores");
  }

  @Test
  void findsCampaignsByEachOfTheirTenants() {
    TestBlueprint blueprint = Isolation.DATABASE.blueprint();
    blueprint.with("V1__a.sql", "CREATE TABLE a (i int);").publish();
    List<TestTenant> tenants = List.of(TestTenant.of(blueprint), TestTenant.of(blueprint));
    blueprint.with("V2__b.sql", "ALTER TABLE a ADD COLUMN b int;").publish();

    String campaign = submit(CAMPAIGNS, "{\"blueprint\":\"%s\"}".formatted(blueprint.name()));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> asAdmin().get(CAMPAIGNS + "/" + campaign).path("status").equals("completed"));
    for (String change : List.of("pause", "resume", "cancel", "retry", "rollback")) {
      post(CAMPAIGNS + "/" + campaign + "/" + change, "{}");
    }

    for (TestTenant tenant : tenants) {
      assertThat(actions(tenant.id())).containsAll(OF_CAMPAIGNS);
    }
  }
}
