package io.tenantry.tenant.idempotency;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.IdempotencyContract;
import io.tenantry.testing.LocalStackResource;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that are repeated under an {@code Idempotency-Key}. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class IdempotencyTest {

  @TestHTTPResource URI service;
  LocalStack stack;

  private static Response post(String key, String body) {
    return asAdmin().header("Idempotency-Key", key).body(body).post(TENANTS);
  }

  private static String newKey() {
    return UUID.randomUUID().toString();
  }

  private IdempotencyContract contract() {
    UUID tenant = createTenant(newName());
    return new IdempotencyContract(
        service,
        stack,
        new IdempotencyContract.Write(
            TENANTS + "/" + tenant + "/api-keys",
            "{\"name\": \"one\"}",
            "{\"name\": \"another\"}",
            "control_plane.api_keys",
            "tenant_id <> '%s'".formatted(tenant)));
  }

  @Test
  @Tag("T9")
  void answersRepeatedPostWithFirstAnswer() {
    contract().repeatsTheAnswerOfTheSameRequest();
  }

  @Test
  @Tag("T9")
  void refusesKeyOfAnotherRequest() {
    contract().refusesTheKeyWithAnotherBody();
  }

  @Test
  @Tag("T9")
  void separatesKeysOfCallers() {
    contract().keepsTheKeysOfCallersApart();
  }

  @Test
  @Tag("T9")
  void repeatsFailedRequest() {
    contract().doesAgainWhatFailed();
  }

  @Test
  @Tag("T9")
  void createsOneTenantForConcurrentRequestsWithOneKey() throws Exception {
    String key = newKey();
    String name = newName();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Response>> answers =
          IntStream.range(0, 10)
              .mapToObj(n -> threads.submit(() -> post(key, body(name))))
              .toList();
      List<Integer> statuses = new ArrayList<>();
      for (Future<Response> answer : answers) {
        statuses.add(answer.get().statusCode());
      }
      assertThat(statuses).contains(201).allMatch(status -> status == 201 || status == 409);
    }
    assertThat(post(key, body(name)).statusCode()).isEqualTo(201);
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT tenant_id::text FROM control_plane.tenants WHERE name = ?",
                name))
        .hasSize(1);
  }

  @Test
  @Tag("T9")
  void allowsRetryWithSameKeyAfterFailure() {
    String key = newKey();
    String name = newName();
    UUID other = createTenant(name);
    post(key, body(name)).then().statusCode(409).body("code", equalTo("TENANT_NAME_TAKEN"));
    asAdmin().delete(TENANTS + "/" + other + "?final_backup=false").then().statusCode(204);

    post(key, body(name)).then().statusCode(201);
  }

  @Test
  @Tag("T9")
  void answersAgainWhenProcessDiedDuringRequest() {
    String key = newKey();
    String body = body(newName());
    String id = post(key, body).then().statusCode(201).extract().path("tenant_id");
    asAdmin().delete(TENANTS + "/" + id + "?final_backup=false").then().statusCode(204);
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.idempotency_keys
        SET status = NULL, body_encrypted = NULL, locked_until = now() + interval '1 minute'
        WHERE idempotency_key = '%s'
        """
            .formatted(key));
    post(key, body).then().statusCode(409).body("code", equalTo("IDEMPOTENCY_KEY_IN_USE"));

    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.idempotency_keys SET locked_until = now() WHERE idempotency_key = '%s'"
            .formatted(key));
    post(key, body).then().statusCode(201);
  }

  @Test
  @Tag("T9")
  void keepsNoAnswerReadable() {
    String key = newKey();
    String body = body(newName()).replace("}", ",\"api_keys\":{\"count\":1}}");
    String apiKey = post(key, body).then().extract().path("api_keys[0].key");

    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT encode(body_encrypted, 'escape')
                FROM control_plane.idempotency_keys
                WHERE idempotency_key = ?
                """,
                key))
        .doesNotContain(apiKey);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "ümlaut", ""})
  @Tag("T9")
  void refusesInvalidKey(String key) {
    post(key, body(newName())).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));
  }
}
