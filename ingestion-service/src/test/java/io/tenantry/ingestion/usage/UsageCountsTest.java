package io.tenantry.ingestion.usage;

import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.Readiness;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is captured and delivered is counted once, whatever is repeated. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T25")
class UsageCountsTest {

  @Inject UsageCounts counts;
  @Inject UsageCountStore store;

  private static Clock clock(AtomicReference<Instant> now) {
    InstantSource source = now::get;
    return source.withZone(ZoneOffset.UTC);
  }

  private static List<String> usage(UUID tenant) {
    return ControlDatabase.column(
        """
        SELECT concat_ws(' ', events_captured, bytes_captured, events_delivered, bytes_delivered)
        FROM ingestion.usage_v1
        WHERE tenant_id = ?
        ORDER BY hour
        """,
        tenant);
  }

  @Test
  void countsCapturedAndDeliveredEventsAndTheirBytes() {
    Readiness.await("topics", "UP");
    TestTenant tenant = TestTenant.withInbox();
    for (int repetition = 0; repetition < 2; repetition++) {
      asTenant(tenant)
          .contentType("application/json")
          .body(
              "[{\"event_id\":\"a\",\"type\":\"t\",\"data\":{\"n\":1}},"
                  + "{\"event_id\":\"b\",\"type\":\"t\",\"data\":{\"n\":22}}]")
          .post(EVENTS)
          .then()
          .statusCode(202);
    }
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).hasSize(2));

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              counts.flush();
              // {"n":1} and {"n":22}; the repetition is not counted.
              assertThat(usage(tenant.id())).containsExactly("2 15 2 15");
            });
    counts.flush();
    assertThat(usage(tenant.id())).containsExactly("2 15 2 15");
  }

  @Test
  void addsUpReplicasAndSeparatesHours() {
    UUID tenant = UUID.randomUUID();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T10:59:59Z"));
    Clock clock = clock(now);
    UsageCounts first = new UsageCounts(store, clock);
    UsageCounts second = new UsageCounts(store, clock);

    first.captured(tenant, 10);
    second.captured(tenant, 5);
    first.flush();
    second.flush();
    first.captured(tenant, 1);
    first.flush();
    first.flush();
    now.set(Instant.parse("2026-11-30T11:00:00Z"));
    first.delivered(tenant, 3, 30);
    first.delivered(tenant, 0, 0);
    first.flush();

    assertThat(usage(tenant)).containsExactly("3 16 0 0", "0 0 3 30");
  }

  /** The answer of the control database was lost, so the replica writes its total again. */
  @Test
  void countsOnceWhenWriteIsRepeated() {
    UUID tenant = UUID.randomUUID();
    UUID replica = UUID.randomUUID();
    UsageCountStore.Total total =
        new UsageCountStore.Total(tenant, Instant.parse("2026-11-30T10:00:00Z"), 1, 10, 2, 20);

    store.write(replica, List.of(total));
    store.write(replica, List.of(total));

    assertThat(usage(tenant)).containsExactly("1 10 2 20");
  }

  @Test
  void keepsCountsOfHourUntilTheyAreStored() {
    UUID tenant = UUID.randomUUID();
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-30T10:00:00Z"));
    UsageCounts replica = new UsageCounts(store, clock(now));
    replica.captured(tenant, 10);
    now.set(Instant.parse("2026-11-30T20:00:00Z"));

    replica.flush();

    assertThat(usage(tenant)).containsExactly("1 10 0 0");
  }

  @Test
  void prunesOnlyOldCounts() {
    UUID tenant = UUID.randomUUID();
    Instant hour = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 3600 * 3600);
    store.write(
        UUID.randomUUID(),
        List.of(
            new UsageCountStore.Total(tenant, hour.minus(Duration.ofDays(9)), 1, 1, 1, 1),
            new UsageCountStore.Total(tenant, hour.minus(Duration.ofDays(6)), 2, 2, 2, 2)));

    store.prune();

    assertThat(usage(tenant)).containsExactly("2 2 2 2");
  }
}
