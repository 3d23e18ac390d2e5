package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.ServiceProcess;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two replicas on one control database; one is killed in the middle of work. */
class ReplicasIT {

  private static final int JOBS = 24;
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private static final Map<String, String> QUICK =
      Map.of(
          "PROVISIONING_LEASE", "3s",
          "TENANTRY_PROVISIONING_RENEWAL_INTERVAL", "1s",
          "TENANTRY_PROVISIONING_RETRY_DELAY", "500ms",
          "PROVISIONING_JOB_RETRY_DELAY", "1s",
          "TENANTRY_JOBS_HEARTBEAT", "1s",
          "TENANTRY_JOBS_POLL_INTERVAL", "200ms",
          "TENANTRY_JOBS_PARALLELISM", "4");

  private static final int WAITERS = 100;

  private static final Map<String, String> WITHOUT_JOBS =
      Map.of("TENANTRY_JOBS_POLL_INTERVAL", "1h", "SHUTDOWN_DELAY", "3s");

  @Test
  @Tag("T18")
  void runsEachJobOnceThoughReplicaIsKilled() throws Exception {
    List<UUID> jobs = new ArrayList<>();
    try (ServiceProcess first = ServiceProcess.start(QUICK);
        ServiceProcess second = ServiceProcess.start(QUICK)) {
      jobs.add(submit(first));
      await().atMost(LIMIT).until(() -> ended(jobs) == 1);
      try (Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
          Statement gate = cluster.createStatement()) {
        // No database can be created: each job that is picked stays in progress.
        cluster.setAutoCommit(false);
        gate.execute("LOCK TABLE pg_database IN SHARE MODE");
        while (jobs.size() < JOBS) {
          jobs.add(submit(jobs.size() % 2 == 0 ? first : second));
        }
        await().atMost(LIMIT).until(() -> replicasAtWork() == 2);
        first.kill();
      }

      await().atMost(LIMIT).until(() -> ended(jobs) == JOBS);
      for (UUID job : jobs) {
        JsonPath ended = asAdmin(second).get("/api/v1/jobs/" + job).jsonPath();
        assertThat(ended.getString("status")).as(ended.prettify()).isEqualTo("completed");
        String tenant = ended.getString("tenant_id");
        asAdmin(second).get(TENANTS + "/" + tenant).then().statusCode(200);
        String connection =
            TenantConnections.of(
                UUID.fromString(tenant), LocalStack.shared().environment().get("ENCRYPTION_KEY"));
        try (Connection session =
            Postgres.connect(connection, ended.getString("result.database.name"))) {
          assertThat(session.isValid(5)).isTrue();
        }
      }
    }
    assertThat(provisionedEvents(jobs)).hasSize(JOBS).doesNotHaveDuplicates();
    assertThat(Set.copyOf(Postgres.recordedDatabases()))
        .containsAll(
            Postgres.tenantDatabases().stream().filter(n -> n.startsWith("car_")).toList());
  }

  /** The waiter's replica does not poll for jobs, so the other one runs it. */
  @Test
  @Tag("T9")
  void answersWaiterOfReplicaThatDoesNotRunTheJob() throws Exception {
    try (ServiceProcess working = ServiceProcess.start(QUICK);
        ServiceProcess waiting = ServiceProcess.start(WITHOUT_JOBS);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement gate = cluster.createStatement()) {
      cluster.setAutoCommit(false);
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      UUID job = submit(working);
      List<Future<Response>> answers = new ArrayList<>();
      for (int n = 0; n < WAITERS; n++) {
        answers.add(clients.submit(() -> awaitEnd(waiting, job)));
      }
      await().atMost(LIMIT).until(() -> replicasAtWork() == 1);
      // None of the waiters holds a connection of the service's pool.
      asAdmin(waiting).get(TENANTS).then().statusCode(200);
      cluster.rollback();

      for (Future<Response> answer : answers) {
        answer.get().then().statusCode(200).body("status", equalTo("completed"));
      }
    }
  }

  @Test
  @Tag("P10")
  @Tag("T9")
  void answersWaitersAtOnceWhenTheirReplicaDrains() throws Exception {
    try (ServiceProcess working = ServiceProcess.start(QUICK);
        ServiceProcess ending = ServiceProcess.start(WITHOUT_JOBS);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        Connection cluster = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Statement gate = cluster.createStatement()) {
      cluster.setAutoCommit(false);
      gate.execute("LOCK TABLE pg_database IN SHARE MODE");
      UUID job = submit(working);
      await().atMost(LIMIT).until(() -> replicasAtWork() == 1);
      Future<Response> answer = clients.submit(() -> awaitEnd(ending, job));
      // Held, since it would answer within this second otherwise.
      assertThat(awaitEnd(ending, job, 1).<String>path("status")).isEqualTo("running");
      assertThat(answer).isNotDone();

      ending.terminate();

      answer.get().then().statusCode(200).body("status", equalTo("running"));
      cluster.rollback();
      awaitEnd(working, job).then().body("status", equalTo("completed"));
    }
  }

  private static Response awaitEnd(ServiceProcess service, UUID job) {
    return awaitEnd(service, job, 60);
  }

  private static Response awaitEnd(ServiceProcess service, UUID job, int seconds) {
    return asAdmin(service).queryParam("wait", seconds).get("/api/v1/jobs/" + job);
  }

  private static UUID submit(ServiceProcess service) {
    return UUID.fromString(
        asAdmin(service)
            .header("Prefer", "respond-async")
            .body(body(newName()))
            .post(TENANTS)
            .then()
            .statusCode(202)
            .extract()
            .path("id"));
  }

  private static int replicasAtWork() {
    return Postgres.column(
            Postgres.CONTROL,
            "SELECT DISTINCT picked_by FROM control_plane.scheduled_tasks WHERE picked")
        .size();
  }

  private static int ended(List<UUID> jobs) {
    return Postgres.column(
            Postgres.CONTROL,
            "SELECT job_id FROM control_plane.jobs WHERE finished_at IS NOT NULL AND job_id::text = ANY (string_to_array(?, ','))",
            ids(jobs))
        .size();
  }

  /** The tenants that are told to be provisioned: sent already, or still in the outbox. */
  private static List<String> provisionedEvents(List<UUID> jobs) {
    List<String> tenants =
        Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id::text FROM control_plane.jobs WHERE job_id::text = ANY (string_to_array(?, ','))",
            ids(jobs));
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                TenantEvents.all().stream()
                    .filter(event -> event.type().equals("io.tenantry.tenant.provisioned.v1"))
                    .filter(event -> tenants.contains(event.key()))
                    .map(event -> event.headers().get("ce_id"))
                    .distinct()
                    .toList(),
            found -> found.size() >= JOBS);
  }

  private static String ids(List<UUID> jobs) {
    return String.join(",", jobs.stream().map(UUID::toString).toList());
  }
}
