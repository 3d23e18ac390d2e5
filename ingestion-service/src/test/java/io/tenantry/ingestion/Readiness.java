package io.tenantry.ingestion;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;

/** The service's readiness, check by check. */
public final class Readiness {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Readiness() {}

  /** Waits until a check has this status. */
  public static void await(String check, String status) {
    Awaitility.await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(statusOf(check)).isEqualTo(status));
  }

  /** The status of a check now; empty if there is no such check. */
  static String statusOf(String check) {
    return given()
        .get("/q/health/ready")
        .then()
        .extract()
        .jsonPath()
        .param("check", check)
        .getString("checks.find { it.name == check }?.status ?: ''");
  }
}
