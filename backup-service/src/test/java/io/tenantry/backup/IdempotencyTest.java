package io.tenantry.backup;

import static io.restassured.RestAssured.given;
import static io.tenantry.backup.BackupApi.adminKey;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestTenant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An {@code Idempotency-Key} stands for one request of one caller. */
@QuarkusTest
@TestProfile(IdempotencyTest.TwoCallers.class)
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F22")
@Tag("P13")
class IdempotencyTest {

  private static final String OPERATOR_KEY = "the-key-of-an-operator";

  /** With an operator beside the admin. */
  public static final class TwoCallers implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("tenantry.admin.operator-key", OPERATOR_KEY);
    }
  }

  private final String key = UUID.randomUUID().toString();

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of("/api/v1/tenants/{tenant}/backups", "{}", "{\"kind\": \"emergency\"}"),
        Arguments.of(
            "/api/v1/restores",
            "{\"tenant_id\": \"{tenant}\"}",
            "{\"tenant_id\": \"{tenant}\", \"backup_id\": \"{backup}\"}"),
        Arguments.of("/api/v1/backups/{backup}/verify", "{}", "{\"store\": \"primary\"}"),
        Arguments.of("/api/v1/backups/{backup}/drill", "{}", "{\"store\": \"primary\"}"),
        Arguments.of(
            "/api/v1/backups/import", "{\"tenant_id\": \"{tenant}\"}", "{\"dry_run\": true}"),
        Arguments.of(
            "/api/v1/campaigns",
            "{\"blueprint\": \"{blueprint}\"}",
            "{\"blueprint\": \"{blueprint}\", \"canary\": 2}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void isRefusedWithAnotherBody(String path, String body, String otherBody) {
    TestTenant tenant = TestTenant.withDatabase();
    String backup = backUp(tenant.id());
    String blueprint = path.endsWith("campaigns") ? blueprint() : "none";

    Response first = post(path, body, tenant, backup, blueprint);
    assertThat(first.statusCode()).as(first.asString()).isEqualTo(202);
    Response again = post(path, body, tenant, backup, blueprint);
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.<String>path("id")).isEqualTo(first.path("id"));

    post(path, otherBody, tenant, backup, blueprint)
        .then()
        .statusCode(422)
        .body("code", equalTo("IDEMPOTENCY_KEY_REUSED"));
  }

  @Test
  void isAnotherKeyForAnotherCaller() {
    TestTenant tenant = TestTenant.withDatabase();
    String path = "/api/v1/tenants/" + tenant.id() + "/backups";

    String admins = post(adminKey(), path, "{}").then().statusCode(202).extract().path("id");
    String operators = post(OPERATOR_KEY, path, "{}").then().statusCode(202).extract().path("id");

    assertThat(operators).isNotEqualTo(admins);
    awaitSuccess(admins);
    awaitSuccess(operators);
  }

  @Test
  void findsTheJobOfTheSameRequestAloneWhenItsAnswerWasNotRemembered() {
    TestTenant tenant = TestTenant.withDatabase();
    String path = "/api/v1/tenants/" + tenant.id() + "/backups";
    String first = post(adminKey(), path, "{}").path("id");
    awaitSuccess(first);
    forgetAnswers();

    assertThat(post(adminKey(), path, "{}").<String>path("id")).isEqualTo(first);
    forgetAnswers();

    assertThat(post(adminKey(), path, "{\"kind\": \"emergency\"}").<String>path("id"))
        .isNotEqualTo(first);
  }

  private static String blueprint() {
    TestBlueprint blueprint =
        TestBlueprint.Isolation.SCHEMA
            .blueprint()
            .with("V1__cars.sql", "CREATE TABLE cars (id int PRIMARY KEY);");
    blueprint.publish();
    return blueprint.name();
  }

  private void forgetAnswers() {
    ControlDatabase.execute("DELETE FROM backup.idempotency_keys WHERE idempotency_key = ?", key);
  }

  private Response post(String bearer, String path, String body) {
    return given()
        .auth()
        .oauth2(bearer)
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post(path);
  }

  private Response post(
      String path, String body, TestTenant tenant, String backup, String blueprint) {
    return post(
        adminKey(), fill(path, tenant, backup, blueprint), fill(body, tenant, backup, blueprint));
  }

  private static String fill(String text, TestTenant tenant, String backup, String blueprint) {
    return text.replace("{tenant}", tenant.id().toString())
        .replace("{backup}", backup)
        .replace("{blueprint}", blueprint);
  }
}
