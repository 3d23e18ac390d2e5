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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Events arrive by HTTP while the worker is killed three times and the broker restarted: each
 * accepted event is in its own tenant's database, once, in the order of the topic.
 */
class DeliveryIT {

  private static final int TENANTS = 20;

  /** As many are sent for each tenant before the first fault, and again during each fault. */
  private static final int BATCHES = 5;

  private static final int BATCH = 100;
  private static final int KILLS = 3;
  private static final String GROUP = "ingestion-events-extraction-workers";
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final LocalStack stack = LocalStack.shared();
  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Set<String>> accepted = new ConcurrentHashMap<>();
  private final Semaphore concurrency = new Semaphore(4);
  private final List<CountDownLatch> faults =
      Stream.generate(() -> new CountDownLatch(1)).limit(KILLS).toList();
  private ServiceProcess worker;

  @Test
  @Tag("I11")
  void deliversEachAcceptedEventOnceInOrderDespiteCrashes() throws Exception {
    List<TestTenant> tenants = TestTenant.withInboxes(TENANTS);
    try (ServiceProcess capture =
            ServiceProcess.start(
                Map.of(
                    "TENANTRY_EXTRACTION_ENABLED", "false",
                    "TENANTRY_DEAD_LETTERS_ENABLED", "false",
                    "TENANTRY_CAPTURE_PRODUCER_DELIVERY_TIMEOUT", "3s"));
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        List<Future<?>> sending = new ArrayList<>();
        for (TestTenant tenant : tenants) {
          sending.add(senders.submit(() -> send(capture, tenant)));
        }
        killWorkers(tenants);
        for (Future<?> each : sending) {
          each.get();
        }
      } finally {
        faults.forEach(CountDownLatch::countDown);
      }
      long all = accepted.values().stream().mapToLong(Set::size).sum();
      assertThat(all).isEqualTo((long) TENANTS * (KILLS + 1) * BATCHES * (BATCH - 1));
      await().atMost(LIMIT).until(() -> delivered(tenants) >= all);
      Map<String, Set<String>> topic = idsInTopicsOrder();
      for (TestTenant tenant : tenants) {
        assertThat(TenantDatabase.inbox(tenant))
            .containsExactlyElementsOf(topic.get(tenant.id().toString()))
            .containsExactlyInAnyOrderElementsOf(accepted.get(tenant.key()));
      }
    } finally {
      if (worker != null) {
        worker.terminate();
      }
    }
  }

  /** Kills workers while they deliver; the last one is left. */
  private void killWorkers(List<TestTenant> tenants) throws Exception {
    worker = ServiceProcess.launch(Map.of());
    long before = 0;
    for (CountDownLatch fault : faults) {
      long delivered = before;
      await().atMost(LIMIT).until(() -> delivered(tenants) > delivered);
      fault.countDown();
      worker.kill();
      if (fault == faults.getFirst()) {
        stack.kafka().stop();
        stack.kafka().start();
      }
      if (fault != faults.getLast()) {
        // The session of the last one ends by itself, after ten seconds.
        removeMembers();
      }
      before = delivered(tenants);
      worker = ServiceProcess.launch(Map.of());
    }
  }

  private void removeMembers() throws Exception {
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", stack.kafka().bootstrapServers()))) {
      admin
          .removeMembersFromConsumerGroup(GROUP, new RemoveMembersFromConsumerGroupOptions())
          .all()
          .get();
    }
  }

  /** The events of each tenant, by its id. A repeated one counts where it came first. */
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

  /** Sends one batch after the other; what is not accepted, and could be, is sent again. */
  private Void send(ServiceProcess capture, TestTenant tenant)
      throws IOException, InterruptedException {
    Set<String> mine = accepted.computeIfAbsent(tenant.key(), key -> new LinkedHashSet<>());
    for (int batch = 0; batch < (KILLS + 1) * BATCHES; batch++) {
      if (batch >= BATCHES && batch % BATCHES == 0) {
        faults.get(batch / BATCHES - 1).await();
      }
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
