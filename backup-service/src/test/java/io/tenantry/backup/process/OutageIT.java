package io.tenantry.backup.process;

import static io.restassured.RestAssured.given;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.DeadLetters;
import io.tenantry.backup.Registry;
import io.tenantry.backup.TenantEvents;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The packaged service starts and stops while a server is unavailable. */
class OutageIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final LocalStack stack = LocalStack.shared();

  @Tag("P3")
  @Test
  void startsWithoutBrokerAndIsReadyOnceItIsThere() {
    UUID tenant = Registry.addTenant();
    stack.kafka().stop();
    try (ServiceProcess service = Replica.launch(Replica.ownGroup())) {
      try {
        service.awaitStatus("/q/health/live", 200);
        service.awaitStatus("/q/health/ready", 503);
      } finally {
        stack.kafka().start();
      }
      service.awaitStatus("/q/health/ready", 200);

      try (TenantEvents events = new TenantEvents()) {
        events.publishProvisioned(tenant);
      }
      awaitSchedule(service, tenant);
    }
  }

  @Tag("P10")
  @Test
  void deliversEventInProgressAgainAfterServiceStops() {
    Map<String, String> settings = new HashMap<>(Replica.ownGroup());
    // A channel that stops waits so long for an event in progress.
    settings.put("MP_MESSAGING_CONNECTOR_SMALLRYE_KAFKA_AUTO_COMMIT_INTERVAL_MS", "500");
    settings.put("SHUTDOWN_DELAY", "0s");
    UUID before = Registry.addTenant();
    UUID inProgress = Registry.addTenant();
    int deadLetters;
    try (ServiceProcess service = Replica.start(settings);
        TenantEvents events = new TenantEvents()) {
      events.publishProvisioned(before);
      awaitSchedule(service, before);
      deadLetters = DeadLetters.all().size();
      stack.postgres().stop();
      try {
        events.publishProvisioned(inProgress);
        service.awaitLog("message not handled");
        service.terminate();
      } finally {
        stack.postgres().start();
      }
      assertThat(service.log()).contains("message interrupted by shutdown");
    }

    try (ServiceProcess restarted = Replica.start(settings)) {
      awaitSchedule(restarted, inProgress);
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
