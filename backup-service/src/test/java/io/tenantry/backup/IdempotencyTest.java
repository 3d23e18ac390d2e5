package io.tenantry.backup;

import static io.restassured.RestAssured.given;
import static io.tenantry.backup.BackupApi.adminKey;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.IdempotencyContract;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An {@code Idempotency-Key} stands for one request of one caller, and for the job it made. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("F22")
@Tag("P13")
class IdempotencyTest {

  @TestHTTPResource URI service;
  LocalStack stack;
  private String path;
  private IdempotencyContract contract;
  private final String key = UUID.randomUUID().toString();

  @BeforeEach
  void createTenant() {
    UUID tenant = TestTenant.withDatabase().id();
    path = "/api/v1/tenants/%s/backups".formatted(tenant);
    contract =
        new IdempotencyContract(
            service,
            stack,
            new IdempotencyContract.Write(
                path,
                "{}",
                "{\"kind\": \"emergency\"}",
                "backup.backups",
                "tenant_id <> '%s'".formatted(tenant)));
  }

  @Test
  void repeatsAnswerOfSameRequest() {
    contract.repeatsTheAnswerOfTheSameRequest();
  }

  @Test
  void refusesKeyWithAnotherBody() {
    contract.refusesTheKeyWithAnotherBody();
  }

  @Test
  void separatesKeysOfCallers() {
    contract.keepsTheKeysOfCallersApart();
  }

  @Test
  void repeatsRequestThatFailed() {
    contract.doesAgainWhatFailed();
  }

  @Test
  void findsOnlyJobOfSameRequestWhenItsAnswerWasNotStored() {
    String first = post("{}").path("id");
    awaitSuccess(first);
    forgetAnswers();

    assertThat(post("{}").<String>path("id")).isEqualTo(first);
    forgetAnswers();

    assertThat(post("{\"kind\": \"emergency\"}").<String>path("id")).isNotEqualTo(first);
  }

  private void forgetAnswers() {
    ControlDatabase.execute("DELETE FROM backup.idempotency_keys WHERE idempotency_key = ?", key);
  }

  private Response post(String body) {
    return given()
        .auth()
        .oauth2(adminKey())
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post(path);
  }
}
