package io.tenantry.ingestion;

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

/** Health, readiness and metrics of the service. */
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

  @Test
  @Tag("P3")
  void exposesMetricsOfAlertsAndDashboards() throws Exception {
    probes.metricsOfAlertsAndDashboardsExist("tenantry_ingestion");
  }

  @Test
  @Tag("P3")
  void servesHealthAndMetricsWithoutCredentials() {
    probes.answerWithoutCredentials();
  }

  @Test
  @Tag("P2")
  void refusesOtherRequestsWithoutCredentials() {
    probes.nothingElseAnswersWithoutCredentials(List.of(IngestionApi.TOPICS));
  }

  @Test
  @Tag("P3")
  void reportsReadinessOfEachDependency() {
    probes.readinessTellsWhatItDependsOn();
  }

  @Test
  @Tag("P3")
  void isNotReadyWithoutBroker() {
    probes.readinessFollowsTheBroker();
  }

  @Test
  @Tag("P3")
  void isNotReadyWithoutControlDatabase() {
    probes.readinessFollowsTheControlDatabase();
  }
}
