package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.testing.DrainContract;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One of two replicas is terminated while both accept events and deliver them. */
class ShutdownIT {

  private static final int BATCH = 20;

  /** Long enough for the balancer to notice, however busy the machine is. */
  private static final Map<String, String> NOTICED = Map.of("SHUTDOWN_DELAY", "3s");

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<TestTenant, Queue<String>> accepted = new ConcurrentHashMap<>();

  @Test
  @Tag("P10")
  void drainsUnderLoadWithoutLosingEventsOrFailingRequests() {
    try (ServiceProcess ending = ServiceProcess.launch(NOTICED);
        ServiceProcess staying = ServiceProcess.launch(Map.of("SHUTDOWN_DELAY", "0s"))) {
      ending.awaitStatus("/q/health/ready", 200);
      staying.awaitStatus("/q/health/ready", 200);
      List<TestTenant> tenants = TestTenant.withInboxes(8);
      tenants.forEach(tenant -> accepted.put(tenant, new ConcurrentLinkedQueue<>()));
      new DrainContract(ending, staying, 8)
          .noClientNotices(
              200,
              replica ->
                  post(replica, tenants.get(ThreadLocalRandom.current().nextInt(tenants.size()))));

      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(
              () ->
                  tenants.forEach(
                      tenant ->
                          assertThat(TenantDatabase.inbox(tenant))
                              .containsExactlyInAnyOrderElementsOf(accepted.get(tenant))));
      staying.terminate();
    }
  }

  private void post(URI replica, TestTenant tenant) throws IOException, InterruptedException {
    List<String> ids =
        IntStream.range(0, BATCH).mapToObj(i -> UUID.randomUUID().toString()).toList();
    String body =
        ids.stream()
            .map("{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}"::formatted)
            .collect(Collectors.joining(",", "[", "]"));
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(replica.resolve("/api/v1/events"))
                .header("X-API-Key", tenant.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    accepted.get(tenant).addAll(ids);
  }
}
