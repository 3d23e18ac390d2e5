package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.webhook.Receiver;
import io.tenantry.tenant.webhook.Receiver.Answer;
import io.tenantry.tenant.webhook.Receiver.Message;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.SuccessiveService;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Deliveries in processes that are killed, and whose database is stopped. */
@Tag("T23")
class WebhookCrashIT {

  private static final Logger LOG = Logger.getLogger(WebhookCrashIT.class);
  private static final int ENDPOINTS = 20;
  private static final int EVENTS = 200;
  private static final int DELIVERIES = ENDPOINTS * EVENTS;

  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger accepted = new AtomicInteger();
  private final Set<String> seen = ConcurrentHashMap.newKeySet();
  private final List<String> endpoints = new ArrayList<>();
  private final List<String> urls = new ArrayList<>();
  private Receiver receiver;

  @BeforeEach
  void startReceiver() throws IOException {
    receiver = new Receiver(0);
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  private ServiceProcess startService() {
    return startService("5s", "15s");
  }

  private ServiceProcess startService(String timeout, String lease) {
    return ServiceProcess.start(
        Map.of(
            "OUTBOUND_ALLOWED",
            receiver.authority(),
            "WEBHOOK_TIMEOUT",
            timeout,
            "TENANTRY_WEBHOOKS_LEASE",
            lease,
            "TENANTRY_WEBHOOKS_POLL_INTERVAL",
            "100ms"));
  }

  @Test
  void losesNothingAndRepeatsOnlyWithTheSameIdWhenKilled() {
    try (SuccessiveService service = new SuccessiveService(this::startService)) {
      createEndpoints(service.get(), this::failOneInFive);
      recordEvents();
      for (int kill = 1; kill <= 3; kill++) {
        awaitRequests(kill * DELIVERIES / 5);
        service.kill();
        ServiceProcess unused = service.get();
      }
      awaitAllDelivered();
    }
    assertEachDeliveredWithOneId();
  }

  @Test
  void losesNothingWhenControlDatabaseIsUnavailable() {
    try (ServiceProcess service = startService()) {
      createEndpoints(service, this::failOneInFive);
      recordEvents();
      awaitRequests(DELIVERIES / 4);
      LocalStack.shared().postgres().stop();
      LocalStack.shared().postgres().start();
      awaitAllDelivered();
    }
    assertEachDeliveredWithOneId();
  }

  /** So long as no replica fails, no message is sent twice. */
  @Test
  void sharesQueuesAmongReplicasWithoutRepetitions() {
    // A request that takes longer than the timeout is repeated, so it is as long as the shipped
    // one.
    try (ServiceProcess first = startService("15s", "60s");
        ServiceProcess second = startService("15s", "60s")) {
      createEndpoints(first, this::accept);
      recordEvents();
      awaitAllDelivered();
      assertThat(second.log()).doesNotContain("ERROR");
    }
    assertEachDeliveredWithOneId();
    assertThat(requests).hasValue(DELIVERIES);
  }

  private Answer accept(Message message) {
    requests.incrementAndGet();
    accepted.incrementAndGet();
    return Answer.of(200);
  }

  /** Fails the first attempt of one message in five, so that no retry takes minutes. */
  private Answer failOneInFive(Message message) {
    requests.incrementAndGet();
    boolean first = seen.add(message.path() + message.id());
    if (first && message.id().hashCode() % 5 == 0) {
      return Answer.of(503);
    }
    accepted.incrementAndGet();
    return Answer.of(200);
  }

  private void createEndpoints(ServiceProcess service, Function<Message, Answer> behaviour) {
    for (int n = 0; n < ENDPOINTS; n++) {
      String url = receiver.url(behaviour);
      urls.add(url);
      endpoints.add(
          asAdmin(service)
              .body(Map.of("url", url, "event_types", List.of("campaign.finished")))
              .post("/api/v1/webhooks/endpoints")
              .then()
              .statusCode(201)
              .extract()
              .path("endpoint.endpoint_id"));
    }
  }

  /** Facts as other transactions record them. */
  private static void recordEvents() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.webhook_events (event_id, type, data, occurred_at)
        SELECT gen_random_uuid(), 'campaign.finished',
          format('{"campaign_id":"%%s"}', gen_random_uuid()), now()
        FROM generate_series(1, %d)
        """
            .formatted(EVENTS));
  }

  private void awaitRequests(int number) {
    await().atMost(Duration.ofMinutes(2)).until(() -> requests.get() >= number);
  }

  private void awaitAllDelivered() {
    // A message that failed twice, the second time for want of an answer, waits for five minutes.
    await()
        .atMost(Duration.ofMinutes(7))
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(() -> delivered() == DELIVERIES);
  }

  private int delivered() {
    return Integer.parseInt(
        Postgres.value(
            Postgres.CONTROL,
            """
            SELECT count(*)
            FROM control_plane.webhook_deliveries
            WHERE status = 'delivered'
              AND endpoint_id::text IN ('%s')
            """
                .formatted(String.join("','", endpoints))));
  }

  /** A fact is known by its payload, and an endpoint by its URL. */
  private void assertEachDeliveredWithOneId() {
    Map<String, String> ids = new HashMap<>();
    for (String url : urls) {
      for (Message message : receiver.at(url)) {
        String previous = ids.putIfAbsent(url + message.body(), message.id());
        assertThat(previous).isIn(null, message.id());
      }
    }
    assertThat(ids).hasSize(DELIVERIES);
    assertThat(ids.values()).doesNotHaveDuplicates();
    LOG.infof(
        "deliveries=%d requests=%d repeated=%d",
        DELIVERIES, requests.get(), accepted.get() - DELIVERIES);
  }
}
