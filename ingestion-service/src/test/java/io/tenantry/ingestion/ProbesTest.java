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
import org.junit.jupiter.api.Test;

/** What the service shows to whoever watches it. */
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
  void p3MetricsOfAlertsAndDashboardsExist() throws Exception {
    probes.metricsOfAlertsAndDashboardsExist("tenantry_ingestion");
  }

  @Test
  void p3HealthAndMetricsNeedNoCredentials() {
    probes.answerWithoutCredentials();
  }

  @Test
  void p2NothingElseAnswersWithoutCredentials() {
    probes.nothingElseAnswersWithoutCredentials(List.of(IngestionApi.TOPICS));
  }

  @Test
  void p3ReadinessTellsWhatItDependsOn() {
    probes.readinessTellsWhatItDependsOn();
  }

  @Test
  void p3IsNotReadyWithoutTheBroker() {
    probes.readinessFollowsTheBroker();
  }

  @Test
  void p3IsNotReadyWithoutTheControlDatabase() {
    probes.readinessFollowsTheControlDatabase();
  }
}
