package io.tenantry.backup;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.ProbesContract;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Health checks and metrics. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ProbesTest {

  @TestHTTPResource URI service;
  LocalStack stack;
  private ProbesContract probes;

  @BeforeEach
  void useService() {
    probes = new ProbesContract(service, stack);
  }

  @Tag("P3")
  @Test
  void exposesMetricsOfAlertsAndDashboards() throws Exception {
    probes.metricsOfAlertsAndDashboardsExist(
        "tenantry_jobs", "tenantry_events", "tenantry_backup", "tenantry_retention");
  }

  @Tag("P3")
  @Test
  void servesHealthAndMetricsWithoutCredentials() {
    probes.answerWithoutCredentials();
  }

  @Tag("P2")
  @Test
  void refusesOtherRequestsWithoutCredentials() {
    probes.nothingElseAnswersWithoutCredentials(
        List.of(
            BackupApi.SCHEDULES,
            "/api/v1/backups",
            "/api/v1/restores",
            "/api/v1/drills",
            "/api/v1/jobs",
            "/api/v1/retention/preview"));
  }

  @Tag("P3")
  @Test
  void reportsReadinessOfEachDependency() {
    probes.readinessTellsWhatItDependsOn();
  }

  @Tag("P3")
  @Test
  void isNotReadyWithoutBroker() {
    probes.readinessFollowsTheBroker();
  }

  @Tag("P3")
  @Test
  void isNotReadyWithoutControlDatabase() {
    probes.readinessFollowsTheControlDatabase();
  }
}
