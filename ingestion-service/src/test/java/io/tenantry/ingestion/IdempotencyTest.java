package io.tenantry.ingestion;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.IdempotencyContract;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An {@code Idempotency-Key} stands for one request of one caller. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
class IdempotencyTest {

  @TestHTTPResource URI service;
  LocalStack stack;
  private IdempotencyContract contract;

  @BeforeEach
  void createTenant() {
    UUID tenant = TestTenant.withInbox().id();
    String name = "instance-" + UUID.randomUUID();
    contract =
        new IdempotencyContract(
            service,
            stack,
            new IdempotencyContract.Write(
                "/api/v1/instances",
                body(name, tenant),
                body("other-" + name, tenant),
                "ingestion.instances",
                "name <> '%s'".formatted(name)));
  }

  private static String body(String name, UUID tenant) {
    return "{\"name\": \"%s\", \"tenant_id\": \"%s\"}".formatted(name, tenant);
  }

  @Test
  void repeatsTheAnswerOfTheSameRequest() {
    contract.repeatsTheAnswerOfTheSameRequest();
  }

  @Test
  void refusesTheKeyWithAnotherBody() {
    contract.refusesTheKeyWithAnotherBody();
  }

  @Test
  void keepsTheKeysOfCallersApart() {
    contract.keepsTheKeysOfCallersApart();
  }

  @Test
  void doesAgainWhatFailed() {
    contract.doesAgainWhatFailed();
  }
}
