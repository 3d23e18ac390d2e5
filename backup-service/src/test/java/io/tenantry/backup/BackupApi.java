package io.tenantry.backup;

import static io.restassured.RestAssured.given;
import static io.tenantry.testing.Polling.await;

import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.tenantry.testing.ControlDatabase;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;

/** The REST API as an admin of the tests uses it. */
public final class BackupApi {

  public static final String SCHEDULES = "/api/v1/schedules";

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled");

  private BackupApi() {}

  /** A request with the admin key. */
  public static RequestSpecification asAdmin() {
    return given().auth().oauth2(adminKey());
  }

  public static String adminKey() {
    return ConfigProvider.getConfig().getValue("TENANTRY_ADMIN_KEY", String.class);
  }

  /** Posts a body to a path that answers with a job; returns the job's id. */
  public static String submit(String path, String body) {
    Response answer = asAdmin().contentType(ContentType.JSON).body(body).post(path);
    answer.then().statusCode(202);
    return answer.path("id");
  }

  /** Waits until a job is completed, failed or cancelled. */
  public static JsonPath awaitJob(String job) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> asAdmin().get("/api/v1/jobs/" + job).jsonPath(),
            json -> ENDS.contains(json.getString("status")));
  }

  /** Waits for the end of a job whose failed attempts are retried at once, without the pauses. */
  public static JsonPath awaitRetriedJob(String job) {
    return await()
        .atMost(LIMIT)
        .until(
            () -> {
              ControlDatabase.execute(
                  """
                  UPDATE backup.scheduled_tasks
                  SET execution_time = now()
                  WHERE task_instance = ?
                    AND NOT picked
                    AND execution_time > now()
                  """,
                  job);
              return asAdmin().get("/api/v1/jobs/" + job).jsonPath();
            },
            json -> ENDS.contains(json.getString("status")));
  }

  /** Waits until a job is completed. */
  public static JsonPath awaitSuccess(String job) {
    JsonPath end = awaitJob(job);
    if (!end.getString("status").equals("completed")) {
      throw new AssertionError("the job is not completed: " + end.prettify());
    }
    return end;
  }

  /** Backs a tenant up; returns the backup's id. */
  public static String backUp(UUID tenant) {
    return awaitSuccess(submit("/api/v1/tenants/" + tenant + "/backups", "{}"))
        .getString("result.backup_id");
  }

  /** A backup. */
  public static JsonPath backup(String id) {
    return asAdmin().get("/api/v1/backups/" + id).then().statusCode(200).extract().jsonPath();
  }
}
