package io.tenantry.backup.job;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.job.Probe.Act.BREAK;
import static io.tenantry.backup.job.Probe.Act.FAIL_FOR_GOOD;
import static io.tenantry.backup.job.Probe.Act.FAIL_FOR_NOW;
import static io.tenantry.backup.job.Probe.Act.POSTPONE;
import static io.tenantry.backup.job.Probe.Act.SUCCEED;
import static io.tenantry.backup.job.Probe.Act.WAIT;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.job.Jobs;
import io.tenantry.kernel.job.NewJob;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Jobs, on the real scheduler and the real database. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class JobsTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @Inject Jobs jobs;
  @Inject Database database;
  @Inject Probe probe;

  private final UUID tenant = UUID.randomUUID();

  @Tag("T18")
  @Test
  void runsJobAndShowsItsResult() {
    UUID job = submit(SUCCEED);

    awaitEnd(job)
        .body("id", equalTo(job.toString()))
        .body("type", equalTo("probe"))
        .body("tenant_id", equalTo(tenant.toString()))
        .body("status", equalTo("completed"))
        .body("attempts", equalTo(1))
        .body("steps.name", equalTo(List.of("first", "second")))
        .body("steps.status", equalTo(List.of("completed", "completed")))
        .body("progress.percent", equalTo(25))
        .body("result.note", equalTo("hello"))
        .body("error", nullValue())
        .body("started_at", notNullValue())
        .body("finished_at", notNullValue());
    awaitNoTask(job);
  }

  @Tag("T18")
  @Test
  void retriesRetryableFailure() {
    awaitEnd(submit(FAIL_FOR_NOW, BREAK, SUCCEED))
        .body("status", equalTo("completed"))
        .body("attempts", equalTo(3))
        .body("error", nullValue());
  }

  @Tag("T18")
  @Test
  void doesNotRetryInvalidJob() {
    UUID job = submit(FAIL_FOR_GOOD, SUCCEED);

    awaitEnd(job)
        .body("status", equalTo("failed"))
        .body("attempts", equalTo(1))
        .body("error.code", equalTo("TENANT_NOT_FOUND"))
        .body("error.message", equalTo("Who?"))
        .body("error.retryable", equalTo(false))
        .body("steps.status", equalTo(List.of("completed", "failed")));
    assertThat(probe.givenUp).containsOnlyOnce(job);
  }

  @Tag("T18")
  @Test
  void failsAfterLastAttemptWithoutInternals() {
    UUID job = submit(BREAK, FAIL_FOR_NOW, BREAK, SUCCEED);

    awaitEnd(job)
        .body("status", equalTo("failed"))
        .body("attempts", equalTo(3))
        .body("error.code", equalTo("INTERNAL_ERROR"))
        .body("error.message", not(containsString("secret")));
    awaitNoTask(job);
  }

  @Tag("T18")
  @Test
  void postponementIsNoAttempt() {
    awaitEnd(submit(POSTPONE, POSTPONE, POSTPONE, POSTPONE, SUCCEED))
        .body("status", equalTo("completed"))
        .body("result.attempt", equalTo(1));
  }

  @Tag("T18")
  @Test
  void jobIsSubmittedWithItsTransaction() {
    UUID job = UUID.randomUUID();

    assertThatThrownBy(
            () ->
                database.transact(
                    sql -> {
                      jobs.submit(sql, job(job, Instant.now(), Optional.empty(), SUCCEED));
                      throw new IllegalStateException("something else fails");
                    }))
        .hasMessage("something else fails");

    asAdmin()
        .get("/api/v1/jobs/" + job)
        .then()
        .statusCode(404)
        .body("code", equalTo("JOB_NOT_FOUND"));
    awaitNoTask(job);
  }

  @Tag("T9")
  @Test
  void sameKeyMeansSameJob() {
    Optional<String> key = Optional.of("key " + tenant);
    UUID first = submit(job(UUID.randomUUID(), Instant.now(), key, SUCCEED));

    UUID second = submit(job(UUID.randomUUID(), Instant.now(), key, SUCCEED));

    assertThat(second).isEqualTo(first);
    awaitEnd(first).body("status", equalTo("completed"));
    assertThat(probe.started).containsOnlyOnce(first);
  }

  @Tag("T18")
  @Test
  void cancelsPendingJob() {
    UUID job =
        submit(job(UUID.randomUUID(), Instant.now().plusSeconds(3600), Optional.empty(), SUCCEED));

    asAdmin()
        .post("/api/v1/jobs/" + job + "/cancel")
        .then()
        .statusCode(200)
        .body("status", equalTo("cancelled"));

    awaitNoTask(job);
    assertThat(probe.started).doesNotContain(job);
    assertThat(probe.givenUp).containsOnlyOnce(job);
    asAdmin()
        .post("/api/v1/jobs/" + job + "/cancel")
        .then()
        .statusCode(409)
        .body("code", equalTo("JOB_NOT_CANCELLABLE"));
  }

  @Tag("T18")
  @Test
  void doesNotRunJobCancelledWhileItStarts() throws SQLException {
    UUID job =
        submit(job(UUID.randomUUID(), Instant.now().plusSeconds(3600), Optional.empty(), SUCCEED));
    try (Connection canceller = LocalStack.shared().postgres().connect(ControlDatabase.NAME);
        Statement cancellation = canceller.createStatement()) {
      canceller.setAutoCommit(false);
      cancellation.execute(
          "UPDATE backup.jobs SET status = 'cancelled', finished_at = now() WHERE job_id = '%s'"
              .formatted(job));
      ControlDatabase.execute(
          "UPDATE backup.scheduled_tasks SET execution_time = now() WHERE task_instance = ?",
          job.toString());
      await()
          .atMost(LIMIT)
          .until(
              () ->
                  !ControlDatabase.column(
                          "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE jobs%'")
                      .isEmpty());
      canceller.commit();
    }

    awaitNoTask(job);
    assertThat(probe.started).doesNotContain(job);
    assertThat(probe.givenUp).containsOnlyOnce(job);
    asAdmin().get("/api/v1/jobs/" + job).then().body("status", equalTo("cancelled"));
  }

  @Tag("T18")
  @Test
  void takesOverJobOfDeadReplica() {
    UUID job = UUID.randomUUID();
    CountDownLatch gate = new CountDownLatch(1);
    probe.gates.put(job, gate);
    submit(job(job, Instant.now(), Optional.empty(), WAIT, SUCCEED));
    await().atMost(LIMIT).until(() -> probe.started.contains(job));

    // As if the replica that runs it had died long ago.
    ControlDatabase.execute(
        """
        UPDATE backup.scheduled_tasks
        SET last_heartbeat = now() - interval '1 hour', picked_by = 'the dead', version = version + 1
        WHERE task_instance = ?
        """,
        job.toString());

    awaitEnd(job).body("status", equalTo("completed")).body("result.attempt", equalTo(2));
    gate.countDown();
  }

  @Tag("T18")
  @Test
  void listsJobsNewestFirst() {
    UUID first = submit(SUCCEED);
    UUID second = submit(SUCCEED);

    String next =
        asAdmin()
            .queryParam("tenant_id", tenant)
            .queryParam("limit", 1)
            .get("/api/v1/jobs")
            .then()
            .statusCode(200)
            .body("items.id", equalTo(List.of(second.toString())))
            .extract()
            .path("next");
    asAdmin()
        .queryParam("tenant_id", tenant)
        .queryParam("after", next)
        .get("/api/v1/jobs")
        .then()
        .body("items.id", equalTo(List.of(first.toString())));
    awaitEnd(second);
    asAdmin()
        .queryParam("type", "probe")
        .queryParam("status", "completed")
        .get("/api/v1/jobs")
        .then()
        .body("items.id", hasItem(second.toString()));
  }

  private UUID submit(Probe.Act... acts) {
    return submit(job(UUID.randomUUID(), Instant.now(), Optional.empty(), acts));
  }

  private UUID submit(NewJob job) {
    return database.inTransaction(sql -> jobs.submit(sql, job));
  }

  private NewJob job(UUID id, Instant due, Optional<String> key, Probe.Act... acts) {
    return NewJob.of(Probe.TYPE, new Probe.Script(List.of(acts), "hello"))
        .withId(id)
        .about(tenant)
        .dueAt(due)
        .once(key);
  }

  private static ValidatableResponse awaitEnd(UUID job) {
    await()
        .atMost(LIMIT)
        .until(
            () -> asAdmin().get("/api/v1/jobs/" + job).<String>path("status"),
            status -> List.of("completed", "failed", "cancelled").contains(status));
    return asAdmin().get("/api/v1/jobs/" + job).then().statusCode(200);
  }

  private static void awaitNoTask(UUID job) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                ControlDatabase.column(
                        "SELECT 1 FROM backup.scheduled_tasks WHERE task_instance = ?",
                        job.toString())
                    .isEmpty());
  }
}
