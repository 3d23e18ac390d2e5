package io.tenantry.tenant;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static org.awaitility.Awaitility.await;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/** Jobs as an admin of the tests follows them. */
public final class JobApi {

  private static final Set<String> ENDS = Set.of("completed", "failed", "cancelled");

  private JobApi() {}

  public static JsonPath get(UUID id) {
    return asAdmin().get("/api/v1/jobs/" + id).then().statusCode(200).extract().jsonPath();
  }

  /** Waits until the job has ended. */
  public static JsonPath awaitEnd(UUID id) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> get(id), job -> ENDS.contains(job.getString("status")));
  }
}
