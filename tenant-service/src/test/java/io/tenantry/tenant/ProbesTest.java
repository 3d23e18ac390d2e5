package io.tenantry.tenant;

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

  @Test
  @Tag("P3")
  void exposesMetricsOfAlertsAndDashboards() throws Exception {
    probes.metricsOfAlertsAndDashboardsExist(
        "tenantry_audit",
        "tenantry_jobs",
        "tenantry_events",
        "tenantry_pool",
        "tenantry_provisioning",
        "tenantry_webhook");
  }

  @Test
  @Tag("P3")
  void answersHealthAndMetricsWithoutCredentials() {
    probes.answerWithoutCredentials();
  }

  @Test
  @Tag("P2")
  void refusesOtherPathsWithoutCredentials() {
    probes.nothingElseAnswersWithoutCredentials(
        List.of(TenantApi.TENANTS, "/api/v1/orphans", "/api/v1/blueprints"));
  }

  @Test
  @Tag("P3")
  void reportsDependenciesInReadiness() {
    probes.readinessTellsWhatItDependsOn();
  }

  @Test
  @Tag("P3")
  void isNotReadyWithoutTheBroker() {
    probes.readinessFollowsTheBroker();
  }

  @Test
  @Tag("P3")
  void isNotReadyWithoutTheControlDatabase() {
    probes.readinessFollowsTheControlDatabase();
  }
}
