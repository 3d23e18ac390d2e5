package io.tenantry.tenant.provisioning;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.tenant.JobApi;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.event.TenantEvents;
import io.tenantry.testing.LocalStackResource;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tenants provisioned by a job, which is retried. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class ProvisioningJobTest {

  private static UUID submit(String name) {
    return UUID.fromString(
        asAdmin()
            .header("Prefer", "respond-async")
            .body(body(name).replace("}", ",\"api_keys\":{\"count\":2}}"))
            .post(TENANTS)
            .then()
            .statusCode(202)
            .header("Location", containsString("/api/v1/jobs/"))
            .header("Preference-Applied", "respond-async")
            .body("type", equalTo("provision_tenant"))
            .extract()
            .path("id"));
  }

  @Test
  @Tag("T9")
  void answersAsyncRequestWithJob() {
    JsonPath job = JobApi.awaitEnd(submit(newName()));

    assertThat(job.getString("status")).isEqualTo("completed");
    assertThat(job.getList("steps.name"))
        .containsExactly("role", "database", "grants", "verification", "services", "activation");
    assertThat(job.getList("steps.status")).containsOnly("completed");
    assertThat(job.getList("steps.attempts")).containsOnly(1);
    String tenant = job.getString("tenant_id");
    asAdmin()
        .get(TENANTS + "/" + tenant)
        .then()
        .body("status", equalTo("active"))
        .body("database.name", equalTo(job.getString("result.database.name")));
  }

  /** As when the control database is away for a moment; db-scheduler alone would wait 5 minutes. */
  @Test
  @Tag("T18")
  void retriesJobSoonWhoseEndCannotBeRecorded() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        CREATE SEQUENCE public.refused_ends;
        CREATE FUNCTION public.refuse_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN PERFORM nextval('public.refused_ends'); RAISE EXCEPTION 'not now'; END $$;
        CREATE TRIGGER refuse_end BEFORE UPDATE ON control_plane.jobs FOR EACH ROW
          WHEN (OLD.status = 'running' AND NEW.status <> 'running')
          EXECUTE FUNCTION public.refuse_end();
        """);
    UUID job;
    try {
      job = submit(newName());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () -> Postgres.value(Postgres.CONTROL, "SELECT is_called FROM public.refused_ends"),
              equalTo("t"));
    } finally {
      Postgres.execute(
          Postgres.CONTROL,
          """
          DROP TRIGGER refuse_end ON control_plane.jobs;
          DROP FUNCTION public.refuse_end();
          DROP SEQUENCE public.refused_ends;
          """);
    }

    assertThat(JobApi.awaitEnd(job).getString("status")).isEqualTo("completed");
  }

  @Test
  @Tag("T9")
  void refusesTakenNameBeforeCreatingJob() {
    String name = newName();
    createTenant(name);

    asAdmin()
        .header("Prefer", "wait=1, respond-async")
        .body(body(name))
        .post(TENANTS)
        .then()
        .statusCode(409)
        .body("code", equalTo("TENANT_NAME_TAKEN"));
  }

  @Test
  @Tag("T14")
  void deliversApiKeysOfJobOnce() {
    UUID id = submit(newName());
    JsonPath job = JobApi.awaitEnd(id);

    String key =
        asAdmin()
            .post("/api/v1/jobs/" + id + "/api-keys/collect")
            .then()
            .statusCode(200)
            .body("items", hasSize(job.getList("result.api_keys").size()))
            .body("items[0].key_id", equalTo(job.getString("result.api_keys[0].key_id")))
            .extract()
            .path("items[0].key");

    assertThat(key).startsWith("nm_");
    assertThat(job.prettify()).doesNotContain(key);
    asAdmin()
        .post("/api/v1/jobs/" + id + "/api-keys/collect")
        .then()
        .statusCode(410)
        .body("code", equalTo("API_KEYS_GONE"));
  }

  @Test
  @Tag("T14")
  void keepsApiKeysOfJobEncryptedForOneHour() {
    UUID id = submit(newName());
    JobApi.awaitEnd(id);

    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT encode(keys_encrypted, 'escape')
                  || (expires_at BETWEEN now() + interval '50 minutes' AND now() + interval '1 hour')
                FROM control_plane.key_deliveries
                WHERE job_id = ?
                """,
                id))
        .doesNotContain("nm_")
        .endsWith("true");
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.key_deliveries SET expires_at = now() WHERE job_id = '%s'"
            .formatted(id));
    asAdmin().post("/api/v1/jobs/" + id + "/api-keys/collect").then().statusCode(410);
  }

  @Test
  @Tag("T18")
  void retriesFailedStep() {
    Fault.CLONE.occur();
    UUID id;
    try {
      id = submit(newName());
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> databaseAttempts(JobApi.get(id)), attempts -> attempts >= 2);
    } finally {
      Fault.CLONE.mend();
    }

    JsonPath job = JobApi.awaitEnd(id);
    assertThat(job.getString("status")).isEqualTo("completed");
  }

  private static int databaseAttempts(JsonPath job) {
    Integer attempts = job.get("steps.find { it.name == 'database' }.attempts");
    return attempts == null ? 0 : attempts;
  }

  @Test
  @Tag("T18")
  void attemptsJobThreeTimesAndLeavesNoTrace() {
    String name = newName();
    Fault.CLONE.occur();
    JsonPath job;
    try {
      job = JobApi.awaitEnd(submit(name));
    } finally {
      Fault.CLONE.mend();
    }

    assertThat(job.getString("status")).isEqualTo("failed");
    assertThat(job.getInt("attempts")).isEqualTo(3);
    assertThat(job.getString("error.code")).isEqualTo("DATABASE_CREATION_FAILED");
    assertThat(databaseAttempts(job)).isEqualTo(3);
    assertThat(
            Postgres.column(
                Postgres.CONTROL, "SELECT name FROM control_plane.tenants WHERE name = ?", name))
        .isEmpty();
    assertThat(TenantEvents.awaitNamed(name))
        .extracting(TenantEvents.Event::type)
        .containsExactly("io.tenantry.tenant-provisioning.failed.v1");
    createTenant(name);
  }

  @Test
  @Tag("T14")
  void neitherRepeatsNorCancelsFinishedJob() {
    UUID id = submit(newName());
    JobApi.awaitEnd(id);

    asAdmin()
        .post("/api/v1/jobs/" + id + "/cancel")
        .then()
        .statusCode(409)
        .body("code", equalTo("JOB_NOT_CANCELLABLE"));
    List<String> tasks =
        Postgres.column(
            Postgres.CONTROL,
            "SELECT task_instance FROM control_plane.scheduled_tasks WHERE task_instance = ?",
            id.toString());
    assertThat(tasks).isEmpty();
  }
}
