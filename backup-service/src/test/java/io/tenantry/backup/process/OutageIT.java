package io.tenantry.backup.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.Registry;
import io.tenantry.backup.TenantEvents;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The packaged service, started and ended while a server is away. */
class OutageIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final LocalStack stack = LocalStack.shared();

  @Test
  void p3StartsWithoutTheBrokerAndIsReadyWhenItComes() {
    UUID tenant = Registry.addTenant();
    stack.kafka().stop();
    try (ServiceProcess service = Replica.launch(Map.of())) {
      try {
        service.awaitStatus("/q/health/live", 200);
        service.awaitStatus("/q/health/ready", 503);
      } finally {
        stack.kafka().start();
      }
      service.awaitStatus("/q/health/ready", 200);

      try (TenantEvents events = new TenantEvents()) {
        events.tellProvisioned(tenant);
      }
      awaitSchedule(service, tenant);
    }
  }

  @Test
  void p10AnEventInHandWhenTheServiceEndsIsDeliveredAgain() {
    UUID before = Registry.addTenant();
    UUID inHand = Registry.addTenant();
    int deadLetters;
    try (ServiceProcess service = Replica.start(Map.of());
        TenantEvents events = new TenantEvents()) {
      events.tellProvisioned(before);
      awaitSchedule(service, before);
      deadLetters = DeadLetters.all().size();
      stack.postgres().stop();
      try {
        events.tellProvisioned(inHand);
        service.awaitLog("is tried again");
        service.terminate();
      } finally {
        stack.postgres().start();
      }
      assertThat(service.log()).contains("message interrupted by shutdown");
    }

    try (ServiceProcess restarted = Replica.start(Map.of())) {
      awaitSchedule(restarted, inHand);
      assertThat(DeadLetters.all()).hasSize(deadLetters);
    }
  }

  private void awaitSchedule(ServiceProcess service, UUID tenant) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                given()
                    .auth()
                    .oauth2(stack.environment().get("TENANTRY_ADMIN_KEY"))
                    .get(service.address() + "/api/v1/schedules/" + tenant)
                    .then()
                    .statusCode(200));
  }
}
