package io.tenantry.ingestion;

import static io.tenantry.ingestion.IngestionApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.AuditContract;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every action on a tenant is found by that tenant, wherever the request named it. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("A1")
class AuditedTenantsTest {

  private static final String INSTANCES = "/api/v1/instances";

  private static final Set<String> NAMED =
      Set.of(
          "POST /api/v1/dead-letters/redrive",
          "POST /api/v1/instances",
          "DELETE /api/v1/instances/{name}",
          "PATCH /api/v1/instances/{name}",
          "POST /api/v1/instances/{name}/set-default",
          "PUT /api/v1/limits/{kind}/{id}",
          "DELETE /api/v1/limits/{kind}/{id}");

  private static final Set<String> WITHOUT_TENANT =
      Set.of(
          "POST /api/v1/events",
          "POST /webhook/evolution",
          "POST /webhook/evolution/{instance}",
          "POST /webhook/evolution/{instance}/{event}",
          "POST /api/v1/groups/{group}/offsets/reset",
          "POST /api/v1/topics/{topic}",
          "POST /api/v1/topics/{topic}/reconcile");

  LocalStack stack;

  @BeforeEach
  void awaitTopics() {
    Readiness.await("topics", "UP");
    ControlPlane.prepare();
  }

  @Test
  void knowsHowEachOperationNamesItsTenant() {
    AuditContract.check(NAMED, WITHOUT_TENANT);
  }

  /** An action has the names of its path, and kinds, in place of their values. */
  private List<String> actions(UUID tenant) {
    return ControlPlane.auditedActions(tenant).stream().distinct().toList();
  }

  private static String send(String method, String path, String body) {
    return asAdmin()
        .contentType("application/json")
        .body(body)
        .request(method, path)
        .then()
        .extract()
        .asString();
  }

  @Test
  void findsActionsByTenant() {
    UUID tenant = TestTenant.withInbox().id();
    UUID next = TestTenant.withInbox().id();
    String name = "audited-" + UUID.randomUUID();
    send("POST", INSTANCES, "{\"name\":\"%s\",\"tenant_id\":\"%s\"}".formatted(name, tenant));
    String instance = asAdmin().get(INSTANCES + "/" + name).then().extract().path("instance_id");
    String former = asAdmin().get(INSTANCES + "/default").then().extract().path("name");
    send("POST", INSTANCES + "/" + name + "/set-default", "{}");
    if (former != null) {
      send("POST", INSTANCES + "/" + former + "/set-default", "{}");
    }
    send("PUT", "/api/v1/limits/tenants/" + tenant, "{\"events\":5,\"period_seconds\":1}");
    send("DELETE", "/api/v1/limits/instances/" + instance, "");
    send("PATCH", INSTANCES + "/" + name, "{\"tenant_id\":\"%s\"}".formatted(next));
    send("DELETE", INSTANCES + "/" + name, "");
    send(
        "POST",
        "/api/v1/dead-letters/redrive",
        "{\"tenant_id\":\"%s\",\"dry_run\":true}".formatted(next));

    Set<String> found = new HashSet<>(actions(tenant));
    found.addAll(actions(next));
    assertThat(found).containsAll(NAMED);
    // Moved from one tenant to the other: found by both.
    assertThat(actions(tenant)).contains("PATCH /api/v1/instances/{name}");
    assertThat(actions(next)).contains("PATCH /api/v1/instances/{name}");
  }

  @Test
  void findsRedriveByTenantsOfItsDeadLetters() {
    TestTenant one = TestTenant.withInbox();
    TestTenant other = TestTenant.withInbox();
    try (EventSender sender = new EventSender(stack)) {
      for (TestTenant tenant : List.of(one, other)) {
        sender.send(
            "ingestion-events-dlq",
            tenant.id().toString(),
            "x",
            Map.of("dead-letter-reason", "malformed"));
      }
    }
    List<Integer> ids = List.of(letter(one), letter(other));

    send("POST", "/api/v1/dead-letters/redrive", "{\"ids\":%s,\"dry_run\":true}".formatted(ids));

    for (TestTenant tenant : List.of(one, other)) {
      assertThat(actions(tenant.id())).containsExactly("POST /api/v1/dead-letters/redrive");
    }
  }

  private static int letter(TestTenant tenant) {
    return Awaitility.await()
        .until(
            () ->
                asAdmin()
                    .queryParam("tenant_id", tenant.id())
                    .get("/api/v1/dead-letters")
                    .then()
                    .extract()
                    .<List<Integer>>path("items.id"),
            found -> found.size() == 1)
        .getFirst();
  }
}
