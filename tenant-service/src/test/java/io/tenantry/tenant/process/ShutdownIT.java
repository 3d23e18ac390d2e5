package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.DrainContract;
import io.tenantry.testing.ServiceProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of two replicas is terminated while both provision tenants, by request and by job. */
class ShutdownIT {

  private static final int JOBS = 16;

  private static final Map<String, String> QUICK =
      Map.of(
          // Long enough for the balancer to notice, however busy the machine is.
          "SHUTDOWN_DELAY", "3s",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_JOBS_PARALLELISM", "3");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Queue<String> created = new ConcurrentLinkedQueue<>();

  @Test
  @Tag("P10")
  void shutsDownUnderLoadWithoutFailedRequestOrPartialTenant() {
    try (ServiceProcess ending = ServiceProcess.start(QUICK);
        ServiceProcess staying = ServiceProcess.start(QUICK)) {
      List<String> jobs = new ArrayList<>();
      for (int i = 0; i < JOBS; i++) {
        jobs.add(submit(ending));
      }
      new DrainContract(ending, staying, 4).noClientNotices(8, this::create);

      for (String job : jobs) {
        JsonPath ended =
            await()
                .atMost(Duration.ofSeconds(90))
                .until(
                    () -> asAdmin(staying).get("/api/v1/jobs/" + job),
                    answer -> answer.jsonPath().getString("finished_at") != null)
                .jsonPath();
        assertThat(ended.getString("status")).as(ended.prettify()).isEqualTo("completed");
        // What was handed back is no attempt that failed.
        assertThat(ended.getInt("attempts")).isEqualTo(1);
      }
      assertThat(created)
          .allSatisfy(
              tenant -> {
                Response answer = asAdmin(staying).get(TENANTS + "/" + tenant);
                assertThat(answer.path("status").toString()).isEqualTo("active");
              });
      assertThat(
              Postgres.column(
                  Postgres.CONTROL,
                  "SELECT name FROM control_plane.tenants WHERE status IN ('provisioning', 'rolling_back')"))
          .isEmpty();
      assertThat(Postgres.tenantDatabases().stream().filter(name -> name.startsWith("car_")))
          .allMatch(Postgres.recordedDatabases()::contains);
    }
  }

  private static String submit(ServiceProcess service) {
    return asAdmin(service)
        .header("Prefer", "respond-async")
        .body(body(newName()))
        .post(TENANTS)
        .then()
        .statusCode(202)
        .extract()
        .path("id");
  }

  private void create(URI replica) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(replica.resolve(TENANTS))
                .header(
                    "Authorization",
                    "Bearer " + LocalStack.shared().environment().get("TENANTRY_ADMIN_KEY"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body(newName())))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    created.add(UUID.fromString(JsonPath.from(answer.body()).getString("tenant_id")).toString());
  }
}
