package io.tenantry.backup.schedule;

import static io.tenantry.backup.BackupApi.SCHEDULES;
import static io.tenantry.backup.BackupApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code /api/v1/schedules} answers. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ScheduleResourceTest {

  @Tag("B2")
  @Test
  void listsSchedulesInPages() {
    // After those of other tests, which may be many.
    List<String> tenants =
        IntStream.rangeClosed(1, 5)
            .mapToObj(i -> insert(UUID.fromString("ffffffff-ffff-4fff-8fff-00000000000" + i)))
            .toList();

    List<String> listed = new ArrayList<>();
    String after = "ffffffff-ffff-4fff-8fff-000000000000";
    do {
      JsonPath page =
          asAdmin()
              .queryParam("limit", 2)
              .queryParam("after", after)
              .get(SCHEDULES)
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      List<String> items = page.getList("items.tenant_id");
      assertThat(items).hasSizeBetween(1, 2);
      listed.addAll(items);
      after = page.getString("next");
    } while (after != null);

    assertThat(listed).isEqualTo(tenants);
  }

  @Tag("B2")
  @Test
  void showsScheduleOfTenant() {
    String tenant = insert();

    asAdmin()
        .get(SCHEDULES + "?tenant_id=" + tenant)
        .then()
        .statusCode(200)
        .body("items.tenant_id", contains(tenant))
        .body("items.cron", contains("0 0 3 * * ?"))
        .body("$", not(hasKey("next")));
    asAdmin()
        .get(SCHEDULES + "/" + tenant)
        .then()
        .statusCode(200)
        .body("tenant_id", equalTo(tenant))
        .body("retention_days", equalTo(14));
  }

  @Tag("B2")
  @Test
  void reportsUnknownTenant() {
    UUID unknown = UUID.randomUUID();

    asAdmin().get(SCHEDULES + "?tenant_id=" + unknown).then().body("items", empty());
    asAdmin()
        .get(SCHEDULES + "/" + unknown)
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("SCHEDULE_NOT_FOUND"))
        .body("retryable", equalTo(false));
  }

  @Tag("B2")
  @Test
  void reportsAllInvalidParametersAtOnce() {
    asAdmin()
        .get(SCHEDULES + "?tenant_id=acme&limit=0&after=me")
        .then()
        .statusCode(422)
        .body("code", equalTo("VALIDATION_FAILED"))
        .body("errors.field", containsInAnyOrder("tenant_id", "limit", "after"));
  }

  private static String insert() {
    return insert(UUID.randomUUID());
  }

  private static String insert(UUID tenant) {
    ControlDatabase.execute(
        """
        INSERT INTO backup.schedules (tenant_id, cron, retention_days)
        VALUES (?, '0 0 3 * * ?', 14)
        """,
        tenant);
    return tenant.toString();
  }
}
