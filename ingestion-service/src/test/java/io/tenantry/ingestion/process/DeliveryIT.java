package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.ingestion.TopicReader;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * 100,000 events by HTTP, while the worker is killed three times and the broker restarted: each
 * that was accepted is in its own tenant's database, once, in the order of the topic.
 */
class DeliveryIT {

  private static final int TENANTS = 50;
  private static final int BATCHES = 20;
  private static final int BATCH = 100;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final LocalStack stack = LocalStack.shared();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Set<String>> accepted = new ConcurrentHashMap<>();
  private final Semaphore concurrency = new Semaphore(8);

  @Test
  void i11EachAcceptedEventIsInItsOwnTenantsDatabaseOnceAndInOrder() throws Exception {
    List<TestTenant> tenants;
    try (ServiceProcess capture =
        ServiceProcess.start(
            Map.of(
                "TENANTRY_EXTRACTION_ENABLED", "false",
                "TENANTRY_CAPTURE_PRODUCER_DELIVERY_TIMEOUT", "3s"))) {
      tenants = TestTenant.withInboxes(TENANTS);
      ServiceProcess worker = ServiceProcess.launch(Map.of());
      try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> sending = new ArrayList<>();
        for (TestTenant tenant : tenants) {
          sending.add(senders.submit(() -> send(capture, tenant)));
        }
        for (int kill = 0; kill < 3; kill++) {
          List<TestTenant> some = tenants.subList(0, 3);
          long before = delivered(some);
          await().atMost(LIMIT).until(() -> delivered(some) > before);
          worker.kill();
          worker = ServiceProcess.launch(Map.of());
          if (kill == 0) {
            stack.kafka().stop();
            stack.kafka().start();
          }
        }
        for (Future<?> each : sending) {
          each.get();
        }
        long all = accepted.values().stream().mapToLong(Set::size).sum();
        assertThat(all).isEqualTo((long) TENANTS * BATCHES * (BATCH - 1));
        await()
            .atMost(LIMIT)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> delivered(tenants) >= all);
        Map<String, Set<String>> topic = idsInTopicsOrder();
        for (TestTenant tenant : tenants) {
          assertThat(TenantDatabase.inbox(tenant))
              .containsExactlyElementsOf(topic.get(tenant.id().toString()))
              .containsExactlyInAnyOrderElementsOf(accepted.get(tenant.key()));
        }
      } finally {
        worker.kill();
      }
    }
  }

  /** Each tenant's events, by its id. One that was sent again stands where it came first. */
  private Map<String, Set<String>> idsInTopicsOrder() {
    return TopicReader.read(stack, "ingestion-events").stream()
        .collect(
            Collectors.groupingBy(
                message -> new String(message.key(), StandardCharsets.UTF_8),
                Collectors.mapping(
                    message -> TopicReader.header(message, "ce_id"),
                    Collectors.toCollection(LinkedHashSet::new))));
  }

  private static long delivered(List<TestTenant> tenants) {
    return tenants.stream()
        .mapToLong(
            tenant ->
                Long.parseLong(
                    TenantDatabase.column(tenant, "SELECT count(*) FROM inbox_events").getFirst()))
        .sum();
  }

  /** One batch after the other; what is not accepted, and might be, is sent again. */
  private Void send(ServiceProcess capture, TestTenant tenant)
      throws IOException, InterruptedException {
    Set<String> mine = accepted.computeIfAbsent(tenant.key(), key -> new LinkedHashSet<>());
    for (int batch = 0; batch < BATCHES; batch++) {
      String prefix = tenant.id() + "-" + batch + "-";
      String body =
          IntStream.range(1, BATCH)
              .mapToObj(
                  i ->
                      "{\"event_id\":\"%s%d\",\"type\":\"t\",\"data\":{\"n\":%2$d}}"
                          .formatted(prefix, i))
              // One of them can never be accepted.
              .collect(Collectors.joining(",", "[{\"event_id\":\"" + prefix + "bad\"},", "]"));
      boolean done = false;
      while (!done) {
        concurrency.acquire();
        try {
          done = post(capture, tenant, body, mine);
        } finally {
          concurrency.release();
        }
      }
    }
    return null;
  }

  private boolean post(ServiceProcess capture, TestTenant tenant, String body, Set<String> mine)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(capture.address().resolve("/api/v1/events"))
                .header("X-API-Key", tenant.key())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 207) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      return false;
    }
    boolean all = true;
    for (JsonNode event : json.readTree(answer.body()).path("events")) {
      if (event.path("outcome").asText().equals("accepted")) {
        mine.add(event.path("event_id").asText());
      } else {
        int status = event.path("problem").path("status").asInt();
        assertThat(status).isIn(422, 503);
        all &= status == 422;
      }
    }
    return all;
  }
}
