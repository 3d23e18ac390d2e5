package io.tenantry.tenant.audit;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who did what, to which tenant, when, from where, and how it ended. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class AuditTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Inject AuditRetention retention;

  @Test
  @Tag("T22")
  void recordsEveryAdminAction() {
    String name = newName();
    UUID tenant = createTenant(name);
    asAdmin().post(TENANTS + "/" + tenant + "/suspend").then().statusCode(200);
    asAdmin().body("{\"name\":\"no name\"}").patch(TENANTS + "/" + tenant).then().statusCode(422);
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    asAdmin().delete(ApiKeyApi.path(tenant, key)).then().statusCode(204);
    asAdmin().get(TENANTS + "/" + tenant).then().statusCode(200);

    of(tenant)
        .body(
            "items.action",
            contains(
                "DELETE /api/v1/tenants/{tenant_id}/api-keys/{key_id}",
                "POST /api/v1/tenants/{tenant_id}/api-keys",
                "PATCH /api/v1/tenants/{tenant_id}",
                "POST /api/v1/tenants/{tenant_id}/suspend",
                "POST /api/v1/tenants"))
        .body(
            "items.outcome", contains("succeeded", "succeeded", "failed", "succeeded", "succeeded"))
        .body("items[2].code", equalTo("VALIDATION_FAILED"))
        .body("items[0].details.key_id", equalTo(key.id()))
        .body("items[0].actor", equalTo("key:admin"))
        .body("items[0].service", equalTo("tenant-service"))
        .body("items[0].source", equalTo("127.0.0.1"))
        .body("items[0].occurred_at", notNullValue())
        .body("items[0].code", nullValue());
  }

  @Test
  @Tag("T22")
  void recordsTenantAndAuditEntryInOneTransaction() {
    UUID tenant = createTenant(newName());

    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                """
                SELECT audit_log.xmin = tenants.xmin
                FROM control_plane.audit_log
                JOIN control_plane.tenants USING (tenant_id)
                WHERE tenant_id = ?
                """,
                tenant))
        .containsExactly("t");
  }

  @Test
  @Tag("T22")
  void recordsAttemptRefusedForTakenName() {
    String name = newName();
    createTenant(name);
    asAdmin().body(body(name)).post(TENANTS).then().statusCode(409);

    asAdmin()
        .queryParam("action", "POST /api/v1/tenants")
        .queryParam("outcome", "failed")
        .get("/api/v1/audit")
        .then()
        .body("items.code", hasItem("TENANT_NAME_TAKEN"));
  }

  @Test
  @Tag("T22")
  void recordsEveryRefusedUseOfAKey() {
    UUID tenant = createTenant(newName());
    ApiKeyApi.Key key = ApiKeyApi.create(tenant);
    assertThat(ApiKeyApi.present(key.secret())).isEqualTo(403);
    asAdmin().delete(ApiKeyApi.path(tenant, key)).then().statusCode(204);
    await().atMost(LIMIT).until(() -> ApiKeyApi.present(key.secret()) == 401);
    ApiKeyApi.validate(key.secret()).body("valid", equalTo(false));

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                asAdmin()
                    .queryParam("actor", "api_key:" + key.id())
                    .queryParam("outcome", "refused")
                    .queryParam("tenant_id", tenant)
                    .get("/api/v1/audit")
                    .then()
                    .statusCode(200)
                    .body("items.code", hasItem("FORBIDDEN"))
                    .body("items.code", hasItem("UNAUTHENTICATED"))
                    .body("items.action", hasItem("GET /api/v1/tenants"))
                    .body("items.action", hasItem("POST /api/v1/api-keys/validate"))
                    .body("items.details.reason", hasItem("revoked")));
  }

  @Tag("F24")
  @Tag("P13")
  @Test
  @Tag("T22")
  void countsManyUnknownKeysInFewRowsWithoutQuotingThem() {
    String marker = "marker-" + UUID.randomUUID();
    long position = Long.parseLong(lastPosition());
    for (int n = 0; n < 100; n++) {
      given()
          .auth()
          .oauth2("an unknown key " + n)
          .get("/api/v1/" + marker + "/" + n)
          .then()
          .statusCode(401);
    }

    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        Postgres.column(
                            Postgres.CONTROL,
                            """
                            SELECT sum(coalesce((details->>'count')::int, 1)) >= 100 AND count(*) < 50
                            FROM control_plane.audit_log
                            WHERE action = 'use of an unknown key' AND actor = 'unknown'
                              AND outcome = 'refused' AND position > ?
                            """,
                            position))
                    .containsExactly("t"));
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT count(*) FROM control_plane.audit_log WHERE audit_log::text LIKE '%' || ? || '%'
                """,
                marker))
        .isEqualTo("0");
  }

  @Tag("F24")
  @Tag("P13")
  @Test
  void deletesRowsPastTheirRetentionAndRecordsThat() {
    String marker = "old-" + UUID.randomUUID();
    for (int days : new int[] {399, 401, 500}) {
      Postgres.execute(
          Postgres.CONTROL,
          """
          INSERT INTO control_plane.audit_log (occurred_at, service, actor, action, outcome)
          VALUES (now() - interval '%d days', 'test', '%s', '%d', 'succeeded')
          """
              .formatted(days, marker, days));
    }
    createTenant(newName());
    String young = youngRows();

    assertThat(retention.expire()).isEqualTo(2);

    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT action FROM control_plane.audit_log WHERE actor = ?",
                marker))
        .containsExactly("399");
    assertThat(Integer.parseInt(youngRows())).isGreaterThanOrEqualTo(Integer.parseInt(young));
    asAdmin()
        .queryParam("actor", "retention")
        .get("/api/v1/audit")
        .then()
        .body("items[0].action", equalTo("delete audit rows"))
        .body("items[0].details.rows", equalTo("2"));
    assertThat(retention.expire()).isZero();
  }

  @Tag("F24")
  @Tag("P13")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT control_plane.expire_audit_log(now() - interval '29 days', 1000)",
        "SET tenantry.audit_expiry = 'on'; DELETE FROM control_plane.audit_log",
        "SET tenantry.audit_expiry = 'on'; TRUNCATE control_plane.audit_log",
        "SET tenantry.audit_expiry = 'on'; UPDATE control_plane.audit_log SET actor = 'nobody'"
      })
  void keepsRowsWithinRetention(String statement) {
    createTenant(newName());
    String rows = youngRows();

    assertThatThrownBy(() -> Postgres.execute(Postgres.CONTROL, statement))
        .hasMessageMatching("(?s).*(append-only|last 30 days).*");

    assertThat(Integer.parseInt(youngRows())).isGreaterThanOrEqualTo(Integer.parseInt(rows));
  }

  private static String youngRows() {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT count(*) FROM control_plane.audit_log WHERE occurred_at > now() - interval '29"
            + " days'");
  }

  private static String lastPosition() {
    return Postgres.value(
        Postgres.CONTROL, "SELECT coalesce(max(position), 0) FROM control_plane.audit_log");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE control_plane.audit_log SET actor = 'nobody'",
        "DELETE FROM control_plane.audit_log",
        "TRUNCATE control_plane.audit_log"
      })
  @Tag("T22")
  void preventsChangesOfLog(String statement) {
    createTenant(newName());
    String rows = count();

    assertThatThrownBy(() -> Postgres.execute(Postgres.CONTROL, statement))
        .hasMessageContaining("append-only");

    assertThat(Integer.parseInt(count())).isGreaterThanOrEqualTo(Integer.parseInt(rows));
  }

  @Test
  @Tag("T22")
  void readsInPagesNewestFirst() {
    UUID tenant = createTenant(newName());
    for (int n = 0; n < 4; n++) {
      asAdmin().body("{}").patch(TENANTS + "/" + tenant).then().statusCode(200);
    }

    List<Integer> positions = new ArrayList<>();
    String after = null;
    do {
      var request = asAdmin().queryParam("tenant_id", tenant).queryParam("limit", 2);
      if (after != null) {
        request.queryParam("after", after);
      }
      var page = request.get("/api/v1/audit").then().statusCode(200).extract();
      positions.addAll(page.path("items.position"));
      after = page.path("next");
    } while (after != null);

    assertThat(positions)
        .hasSize(5)
        .doesNotHaveDuplicates()
        .isSortedAccordingTo(Collections.reverseOrder());
  }

  @Test
  @Tag("T22")
  void filtersByTime() {
    UUID tenant = createTenant(newName());

    asAdmin()
        .queryParam("tenant_id", tenant)
        .queryParam("from", "2999-01-01T00:00:00Z")
        .get("/api/v1/audit")
        .then()
        .body("items.size()", equalTo(0));
    asAdmin()
        .queryParam("tenant_id", tenant)
        .queryParam("from", "2020-01-01T00:00:00+01:00")
        .queryParam("to", "2999-01-01T00:00:00Z")
        .get("/api/v1/audit")
        .then()
        .body("items.size()", equalTo(1));
  }

  @ParameterizedTest
  @CsvSource({"limit,0", "after,x", "outcome,x", "tenant_id,x", "from,yesterday", "to,+1"})
  @Tag("T22")
  void refusesInvalidParameters(String parameter, String value) {
    asAdmin()
        .queryParam(parameter, value)
        .get("/api/v1/audit")
        .then()
        .statusCode(422)
        .body("errors.field", contains(parameter));
  }

  private static ValidatableResponse of(UUID tenant) {
    return asAdmin().queryParam("tenant_id", tenant).get("/api/v1/audit").then().statusCode(200);
  }

  private static String count() {
    return Postgres.value(Postgres.CONTROL, "SELECT count(*) FROM control_plane.audit_log");
  }
}
