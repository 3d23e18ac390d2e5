package io.tenantry.backup.schedule;

import static io.tenantry.backup.BackupApi.SCHEDULES;
import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.testing.Polling.await;

import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.UUID;

/** Schedules, as the API shows them. */
final class Schedules {

  private Schedules() {}

  static ValidatableResponse of(UUID tenant) {
    return asAdmin().get(SCHEDULES + "/" + tenant).then();
  }

  /** Waits until a tenant has a schedule; all events before its own are handled then. */
  static ValidatableResponse awaitSchedule(UUID tenant) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> of(tenant).statusCode(200));
    return of(tenant);
  }
}
