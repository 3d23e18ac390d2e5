package io.tenantry.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Clients that send events, provision tenants and back them up, one request after the other. They
 * retry failed requests, as clients must.
 */
final class Load implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int BATCH = 10;

  private final Installation installation;
  private final ExecutorService clients = Executors.newCachedThreadPool();
  private final Map<String, Queue<String>> accepted = new ConcurrentHashMap<>();
  private final Queue<String> tenants = new ConcurrentLinkedQueue<>();
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger backups = new AtomicInteger();
  private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /**
   * Starts the clients.
   *
   * @param own the tenants whose events are sent and that are backed up
   */
  Load(Installation installation, List<JsonNode> own) {
    this.installation = installation;
    own.forEach(tenant -> clients.execute(() -> sendEvents(tenant)));
    clients.execute(this::provision);
    clients.execute(() -> backUp(own.getFirst()));
  }

  @FunctionalInterface
  private interface Request {
    Api.Answer send() throws IOException;
  }

  /** Retries until the response is the expected one, even after the load was stopped. */
  private static JsonNode insist(Request request, Predicate<Api.Answer> wanted) {
    AtomicReference<Object> last = new AtomicReference<>();
    AtomicReference<JsonNode> body = new AtomicReference<>();
    try {
      await()
          .atMost(LIMIT)
          .pollInterval(Duration.ofMillis(100))
          .pollDelay(Duration.ZERO)
          .until(
              () -> {
                try {
                  Api.Answer answer = request.send();
                  last.set(answer);
                  body.set(answer.body());
                  return wanted.test(answer);
                } catch (IOException e) {
                  // The outcome is unknown.
                  last.set(e);
                  return false;
                }
              });
    } catch (ConditionTimeoutException e) {
      throw new IllegalStateException("the last answer was " + last, e);
    }
    return body.get();
  }

  private void untilOver(Runnable step) {
    try {
      while (!over) {
        step.run();
      }
    } catch (RuntimeException | Error e) {
      surprises.add(e.toString());
    }
  }

  private void sendEvents(JsonNode tenant) {
    Api api =
        installation
            .admin(Installation.INGESTION)
            .as(tenant.path("api_keys").path(0).path("key").asText());
    Queue<String> mine =
        accepted.computeIfAbsent(
            tenant.path("database").path("name").asText(), name -> new ConcurrentLinkedQueue<>());
    untilOver(
        () -> {
          List<String> ids =
              IntStream.range(0, BATCH).mapToObj(i -> UUID.randomUUID().toString()).toList();
          String body =
              ids.stream()
                  .map("{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}"::formatted)
                  .collect(Collectors.joining(",", "[", "]"));
          insist(() -> api.post("/api/v1/events", body), answer -> answer.status() == 202);
          mine.addAll(ids);
          batches.incrementAndGet();
        });
  }

  private void provision() {
    Api api = installation.admin(Installation.TENANT);
    untilOver(
        () -> {
          String name = "l-" + UUID.randomUUID();
          JsonNode tenant =
              insist(() -> provision(api, name), answer -> answer.status() / 100 == 2);
          tenants.add(tenant.path("tenant_id").asText());
        });
  }

  /** Provisions a tenant, or finds one provisioned by an attempt whose response was lost. */
  private static Api.Answer provision(Api api, String name) throws IOException {
    Api.Answer answer =
        api.post(
            "/api/v1/tenants", "{\"name\":\"%s\",\"environment\":\"staging\"}".formatted(name));
    if (!answer.body().path("code").asText().equals("TENANT_NAME_TAKEN")) {
      return answer;
    }
    JsonNode found =
        api.get("/api/v1/tenants?status=active&name_prefix=" + name).body().path("items").path(0);
    return found.isMissingNode() ? answer : new Api.Answer(200, found);
  }

  private void backUp(JsonNode tenant) {
    Api api = installation.admin(Installation.BACKUP);
    String path = "/api/v1/tenants/" + tenant.path("tenant_id").asText() + "/backups";
    untilOver(
        () -> {
          String job =
              insist(() -> api.post(path, "{}"), answer -> answer.status() == 202)
                  .path("id")
                  .asText();
          JsonNode ended =
              insist(
                  () -> api.get("/api/v1/jobs/" + job),
                  answer -> answer.body().hasNonNull("finished_at"));
          // A backup whose last attempt was killed is requested again.
          if (ended.path("status").asText().equals("completed")) {
            backups.incrementAndGet();
          }
        });
  }

  /** Waits until each kind of client has made progress. */
  void awaitProgress() {
    int batchesSoFar = batches.get();
    int tenantsSoFar = tenants.size();
    int backupsSoFar = backups.get();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                !surprises.isEmpty()
                    || (batches.get() > batchesSoFar + 5
                        && tenants.size() > tenantsSoFar + 1
                        && backups.get() > backupsSoFar));
    assertThat(surprises).isEmpty();
  }

  /** Asserts that accepted events are stored once, tenants are complete and nothing is partial. */
  void assertNothingIsLost() {
    assertThat(surprises).isEmpty();
    accepted.forEach(
        (database, ids) ->
            await()
                .atMost(LIMIT)
                .untilAsserted(
                    () ->
                        assertThat(
                                installation.query(database, "SELECT event_id FROM inbox_events"))
                            .containsExactlyInAnyOrderElementsOf(ids)));
    for (String tenant : tenants) {
      assertThat(
              installation.query(
                  "tenantry_control",
                  """
                  SELECT status FROM control_plane.tenants
                  JOIN control_plane.tenant_databases USING (tenant_id)
                  JOIN pg_database ON datname = database_name
                  WHERE tenant_id = ?::uuid
                  """,
                  tenant))
          .containsExactly("active");
    }
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        installation.query(
                            "tenantry_control",
                            """
                            SELECT name FROM control_plane.tenants
                            WHERE status IN ('provisioning', 'rolling_back', 'deleting')
                            """))
                    .isEmpty());
  }

  /** Stops the clients; returns when each has completed its current request. */
  @Override
  public void close() {
    over = true;
    clients.close();
  }
}
