package io.tenantry.tenant.report;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What provisioning leaves for its report, also after a rollback. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P11")
class ProvisioningReportTest {

  private static final String REPORT = "/api/v1/reports/provisioning";

  @BeforeEach
  void forgetHistory() {
    Postgres.execute(Postgres.CONTROL, "TRUNCATE control_plane.provisioning_history");
  }

  @Test
  void countsSuccessesFailuresAndSteps() {
    createTenant(newName());
    createTenant(newName());
    fail();

    asAdmin()
        .get(REPORT)
        .then()
        .statusCode(200)
        .body("total.succeeded", equalTo(2))
        .body("total.failed", equalTo(1))
        .body("total.duration_ms.median", greaterThan(0f))
        .body("items", hasSize(1))
        .body("items[0].blueprint", equalTo("car"))
        .body("items[0].region", equalTo("us-east-1"))
        .body("items[0].success_rate", greaterThan(0.6f))
        .body("steps.step", hasItems("role", "database", "grants", "activation"))
        .body("steps.find { it.step == 'database' }.completed", greaterThan(1))
        .body("failures.ACTIVATION_FAILED", equalTo(1));
  }

  /** The activation violates a constraint, so everything is undone. */
  private static void fail() {
    Postgres.execute(
        Postgres.CONTROL,
        "ALTER TABLE control_plane.tenants ADD CONSTRAINT fault CHECK (status <> 'active') NOT VALID");
    try {
      asAdmin()
          .body("{\"name\":\"%s\",\"environment\":\"production\"}".formatted(newName()))
          .post(TENANTS)
          .then()
          .statusCode(500);
    } finally {
      Postgres.execute(Postgres.CONTROL, "ALTER TABLE control_plane.tenants DROP CONSTRAINT fault");
    }
  }

  @Test
  void filtersAndGroupsByWeekAndMonth() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.provisioning_history
          (tenant_id, finished_at, blueprint, region, succeeded, from_pool, code, failed_step, duration_ms, steps, step_durations_ms)
        VALUES
          (gen_random_uuid(), '2026-03-02T00:00:00Z', 'car', 'us-east-1', true, true, NULL, NULL, 10, '{claim,activation}', '{4,6}'),
          (gen_random_uuid(), '2026-03-08T23:59:59Z', 'car', 'us-east-1', true, false, NULL, NULL, 30, '{database,activation}', '{20,10}'),
          (gen_random_uuid(), '2026-03-09T00:00:00Z', 'car', 'us-east-1', false, false, 'X', 'database', 50, '{}', '{}'),
          (gen_random_uuid(), '2026-03-31T23:59:59Z', 'rare', 'eu-west-1', true, false, NULL, NULL, 70, '{database,activation}', '{60,10}'),
          (gen_random_uuid(), '2026-04-01T00:00:00Z', 'car', 'us-east-1', true, false, NULL, NULL, 90, '{database,activation}', '{80,10}')
        """);
    var march = asAdmin().queryParam("from", "2026-03-01").queryParam("to", "2026-04-01");

    march
        .queryParam("interval", "week")
        .get(REPORT)
        .then()
        .statusCode(200)
        .body("items.start", contains("2026-03-02", "2026-03-09", "2026-03-30"))
        .body("items[0].succeeded", equalTo(2))
        .body("items[0].from_pool", equalTo(1))
        .body("items[0].duration_ms.median", equalTo(20f))
        .body("items[1].success_rate", equalTo(0f))
        .body("items[1]", not(hasKey("duration_ms")))
        .body("steps.find { it.step == 'database' }.failed", equalTo(1))
        .body("failures.X", equalTo(1));
    asAdmin()
        .queryParam("from", "2026-03-01")
        .queryParam("to", "2026-05-01")
        .queryParam("interval", "month")
        .queryParam("blueprint", "car")
        .get(REPORT)
        .then()
        .body("items.start", contains("2026-03-01", "2026-04-01"))
        .body("items.blueprint", hasItem("car"))
        .body("total.succeeded", equalTo(3));
    asAdmin().queryParam("interval", "year").get(REPORT).then().statusCode(422);
    asAdmin().queryParam("from", "tomorrow").get(REPORT).then().statusCode(422);
  }
}
