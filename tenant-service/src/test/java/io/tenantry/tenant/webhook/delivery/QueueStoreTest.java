package io.tenantry.tenant.webhook.delivery;

import static io.tenantry.tenant.TenantApi.asAdmin;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.webhook.ReceiverResource;
import io.tenantry.tenant.webhook.WebhookApi;
import io.tenantry.tenant.webhook.delivery.ClaimedQueue.DueDelivery;
import io.tenantry.tenant.webhook.endpoint.Endpoints;
import io.tenantry.tenant.webhook.event.FactLog;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queues and the log in PostgreSQL. Deliveries are due in many years, so that the running service
 * leaves them alone; the tests claim them as if that time had come.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(ReceiverResource.class)
@Tag("T23")
class QueueStoreTest {

  private static final Instant DUE = Instant.parse("2100-01-01T00:00:00Z");

  /** Other queues that are claimed as well are free again at once. */
  private static final Duration LEASE = Duration.ofMillis(1);

  private static final EndpointHealth BAD =
      new EndpointHealth(
          3, Optional.of(DUE), Optional.of(DUE), 0, Optional.empty(), Optional.of("gone"));

  @Inject QueueStore store;
  @Inject HousekeepingStore housekeeping;
  @Inject Endpoints endpoints;
  @Inject Database database;
  @Inject FactLog facts;

  private UUID endpoint;

  @BeforeEach
  void create() {
    endpoint = createEndpoint();
  }

  @AfterEach
  void delete() {
    execute(
        "DELETE FROM control_plane.webhook_endpoints WHERE endpoint_id = '%s'".formatted(endpoint));
  }

  @Test
  void skipsEndpointThatIsDeletedDuringAClaim() throws Exception {
    queue(DUE, null);
    try (Connection other = LocalStack.shared().postgres().borrow(Postgres.CONTROL);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // The claim stops after it leased the queue.
      statement.execute("LOCK TABLE control_plane.webhook_events IN ACCESS EXCLUSIVE MODE");
      CompletableFuture<Optional<ClaimedQueue>> claim = CompletableFuture.supplyAsync(this::claim);
      await()
          .until(
              () ->
                  !Postgres.column(
                          Postgres.CONTROL,
                          """
                          SELECT pid
                          FROM pg_stat_activity
                          WHERE wait_event_type = 'Lock'
                            AND query LIKE '%CROSS JOIN LATERAL%'
                          """)
                      .isEmpty());
      statement.execute(
          "UPDATE control_plane.webhook_endpoints SET status = 'deleted' WHERE endpoint_id = '%s'"
              .formatted(endpoint));
      other.commit();
      other.setAutoCommit(true);

      assertThat(claim.get()).isEmpty();
    }
  }

  @Test
  void claimsFailingQueuesApartAndWithOneDelivery() {
    queue(DUE, null);
    queue(DUE, null);
    assertThat(claim().orElseThrow().deliveries()).hasSize(2);
    assertThat(claimFailing()).isEmpty();

    execute(
        "UPDATE control_plane.webhook_queues SET failures = 5, lease_expires_at = '-infinity' WHERE endpoint_id = '%s'"
            .formatted(endpoint));

    assertThat(claim()).isEmpty();
    assertThat(claimFailing().orElseThrow().deliveries()).hasSize(1);
  }

  @Test
  void storesTheFirstOfTwoResultsOfOneAttempt() {
    UUID delivery = queue(DUE, null);
    DueDelivery due = claim().orElseThrow().deliveries().getFirst();

    database.transact(
        sql -> store.store(sql, List.of(result(due, 200, "first"), result(due, 500, "second"))));

    assertThat(responses(delivery)).containsExactly("first");
  }

  @Test
  void writesTheRestIfOneResultCannotBeWritten() throws Exception {
    UUID first = queue(DUE, null);
    UUID last = queue(DUE, null);
    ClaimedQueue claimed = claim().orElseThrow();
    ResultWriter writer = new ResultWriter(database, store, facts, Clock.systemUTC());
    for (DueDelivery due : claimed.deliveries()) {
      writer.add(result(due, 200, due.deliveryId().equals(first) ? "\0" : "written"));
    }
    writer.release(new QueueRelease(claimed, EndpointHealth.GOOD));

    writer.start(() -> {});

    await().until(() -> queueColumn("lease_owner") == null);
    writer.stop(new ShutdownEvent());
    assertThat(responses(last)).containsExactly("written");
    assertThat(responses(first)).isEmpty();
    assertThat(writer.isBehind()).isFalse();
  }

  @Test
  void storesHealthAndDisablesWhenAQueueIsGivenBack() {
    queue(DUE, null);

    assertThat(disableAndRelease(claim().orElseThrow())).isTrue();

    assertThat(queueColumn("failures")).isEqualTo("3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resumed", "moved"})
  void ignoresHealthFromBeforeAnEndpointWasResumedOrMoved(String what) {
    queue(DUE, null);
    ClaimedQueue claimed = claim().orElseThrow();
    if (what.equals("resumed")) {
      act("pause");
      act("resume");
    } else {
      asAdmin()
          .body(Map.of("url", url()))
          .patch(WebhookApi.OPERATOR + "/endpoints/" + endpoint)
          .then()
          .statusCode(200);
    }

    assertThat(disableAndRelease(claimed)).isFalse();

    assertThat(queueColumn("failures")).isEqualTo("0");
    assertThat(queueColumn("failing_since")).isNull();
    assertThat(queueColumn("lease_owner")).isNull();
    assertThat(queueColumn("next_at")).isNotNull();
  }

  @Test
  void forgetsFailuresOfThePreviousUrl() {
    execute(
        "UPDATE control_plane.webhook_queues SET failures = 7 WHERE endpoint_id = '%s'"
            .formatted(endpoint));

    asAdmin()
        .body(Map.of("description", "the same receiver"))
        .patch(WebhookApi.OPERATOR + "/endpoints/" + endpoint);
    assertThat(queueColumn("failures")).isEqualTo("7");
    asAdmin().body(Map.of("url", url())).patch(WebhookApi.OPERATOR + "/endpoints/" + endpoint);

    assertThat(queueColumn("failures")).isEqualTo("0");
  }

  @Test
  void keepsOldDeliveryUntilItIsSentOrItsEndpointIsPaused() {
    UUID delivery = queue(DUE, null);
    age(delivery, 40);
    Instant before = Instant.now().minus(Duration.ofDays(30));

    housekeeping.removeOldLog(before, 2000);
    assertThat(exists(delivery)).isTrue();

    act("pause");
    housekeeping.removeOldLog(before, 2000);
    assertThat(exists(delivery)).isFalse();
  }

  @Test
  void keepsEventsOfPurgedTenantsWhileTheyWaitForAPausedEndpoint() {
    act("pause");
    UUID delivery = queue(DUE, UUID.randomUUID());
    age(delivery, 6);

    housekeeping.removeEventsOfPurgedTenants(2000);
    assertThat(exists(delivery)).isTrue();

    execute(
        "UPDATE control_plane.webhook_deliveries SET status = 'delivered' WHERE delivery_id = '%s'"
            .formatted(delivery));
    housekeeping.removeEventsOfPurgedTenants(2000);
    assertThat(exists(delivery)).isFalse();
  }

  @Test
  void removesExpiredKeysOfTheOthersIfOneEndpointCannotBeDecrypted() {
    UUID other = createEndpoint();
    try {
      // The secrets of another endpoint are refused.
      execute(
          """
          UPDATE control_plane.webhook_endpoints
          SET secrets_expire_at = now() - interval '1 hour', secrets_encrypted = (
              SELECT secrets_encrypted
              FROM control_plane.webhook_endpoints
              WHERE endpoint_id = '%1$s'
            )
          WHERE endpoint_id IN ('%1$s', '%2$s')
          """
              .formatted(other, endpoint));

      assertThatCode(() -> endpoints.removeExpiredKeys(100)).doesNotThrowAnyException();

      assertThat(endpointColumn("secrets_expire_at", other)).isNull();
      assertThat(endpointColumn("secrets_expire_at", endpoint)).isNotNull();
    } finally {
      execute(
          "DELETE FROM control_plane.webhook_endpoints WHERE endpoint_id = '%s'".formatted(other));
    }
  }

  /** One that gets no events but those of the test. */
  private static UUID createEndpoint() {
    return UUID.fromString(
        WebhookApi.endpoint(
            WebhookApi.OPERATOR, url(), Map.of("tenant_ids", List.of(UUID.randomUUID()))));
  }

  private static String url() {
    return "http://127.0.0.1:%d/%s"
        .formatted(
            ConfigProvider.getConfig().getValue(ReceiverResource.PORT, Integer.class),
            UUID.randomUUID());
  }

  private void act(String action) {
    asAdmin()
        .post("%s/endpoints/%s/%s".formatted(WebhookApi.OPERATOR, endpoint, action))
        .then()
        .statusCode(200);
  }

  private UUID queue(Instant due, UUID tenant) {
    UUID delivery = UUID.randomUUID();
    execute(
        """
        WITH event AS (
          INSERT INTO control_plane.webhook_events
            (event_id, type, tenant_id, data, occurred_at, is_queued)
          VALUES ('%1$s', 'tenant.suspended', %4$s, '{}', now(), true)
          RETURNING *
        )
        INSERT INTO control_plane.webhook_deliveries
          (event_position, endpoint_id, delivery_id, tenant_id, type, due_at, created_at)
        SELECT position, '%2$s', '%1$s', tenant_id, type, '%3$s', now()
        FROM event;
        UPDATE control_plane.webhook_queues SET next_at = '%3$s' WHERE endpoint_id = '%2$s'
        """
            .formatted(delivery, endpoint, due, tenant == null ? "NULL" : "'" + tenant + "'"));
    return delivery;
  }

  private static void age(UUID delivery, int days) {
    execute(
        """
        UPDATE control_plane.webhook_events SET recorded_at = now() - interval '%d days'
        WHERE event_id = '%s'
        """
            .formatted(days, delivery));
  }

  private Optional<ClaimedQueue> claim() {
    return ours(store.claim(DUE, LEASE, 1000, 10));
  }

  private Optional<ClaimedQueue> claimFailing() {
    return ours(store.claimFailing(DUE, LEASE, 1000));
  }

  private Optional<ClaimedQueue> ours(List<ClaimedQueue> claimed) {
    return claimed.stream()
        .filter(queue -> queue.endpoint().endpointId().equals(endpoint))
        .findFirst();
  }

  private boolean disableAndRelease(ClaimedQueue claimed) {
    return database.inTransaction(
        sql -> {
          boolean disabled = store.disable(sql, claimed, "gone");
          store.release(sql, List.of(new QueueRelease(claimed, BAD)), Instant.now());
          return disabled;
        });
  }

  private static AttemptResult result(DueDelivery due, int code, String response) {
    return new AttemptResult(
        due,
        new Attempt(
            Instant.now(),
            Duration.ZERO,
            Optional.of(code),
            Optional.empty(),
            Optional.of(response),
            Optional.empty()),
        code == 200 ? new DeliveryDecision.Delivered() : new DeliveryDecision.Retry(DUE));
  }

  private static List<String> responses(UUID delivery) {
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT response FROM control_plane.webhook_attempts WHERE delivery_id = ?",
        delivery);
  }

  private static boolean exists(UUID delivery) {
    return !Postgres.column(
            Postgres.CONTROL,
            "SELECT status FROM control_plane.webhook_deliveries WHERE delivery_id = ?",
            delivery)
        .isEmpty();
  }

  private String queueColumn(String column) {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT %s FROM control_plane.webhook_queues WHERE endpoint_id = ?".formatted(column),
        endpoint);
  }

  private static String endpointColumn(String column, UUID endpoint) {
    return Postgres.value(
        Postgres.CONTROL,
        "SELECT %s FROM control_plane.webhook_endpoints WHERE endpoint_id = ?".formatted(column),
        endpoint);
  }

  private static void execute(String sql) {
    Postgres.execute(Postgres.CONTROL, sql);
  }
}
