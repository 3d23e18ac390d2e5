package io.tenantry.ingestion.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.ingestion.IdleWorkers;
import io.tenantry.ingestion.loss.Loss;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backlogs when topics are replaced. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(IdleWorkers.class)
@Tag("F7")
@Tag("P13")
class BacklogStoreTest {

  @Inject BacklogStore store;
  private final int partition = ThreadLocalRandom.current().nextInt(1000, 1 << 30);
  private final UUID tenant = UUID.randomUUID();

  @BeforeEach
  void prepare() {
    ControlPlane.prepare();
  }

  private KnownTopic newTopic() {
    return new KnownTopic(
        "topic-" + tenant, new TopicIdentity("cluster", UUID.randomUUID().toString()));
  }

  private Map<UUID, BacklogStore.Backlog> load(KnownTopic topic) {
    return store.load(partition, topic.identity());
  }

  private String losses(String reason) {
    return ControlDatabase.column(
            """
            SELECT concat_ws(' ', from_offset, to_offset)
            FROM ingestion.lost_events
            WHERE tenant_id = ? AND reason = '%s'
            """
                .formatted(reason),
            tenant)
        .toString();
  }

  @Test
  void marksBacklogOfReplacedTopicLostUntilTopicReturns() {
    KnownTopic first = newTopic();
    KnownTopic second = newTopic();
    store.start(first);
    assertThat(store.start(first)).isEmpty();
    store.open(partition, tenant, 7, "away", first);

    assertThat(store.start(second)).isEqualTo(OptionalLong.of(1));
    assertThat(load(second)).isEmpty();
    assertThat(losses("topic_replaced")).isEqualTo("[7]");

    store.start(first);
    assertThat(load(first).get(tenant).nextOffset()).isEqualTo(7);
    assertThat(losses("topic_replaced")).isEqualTo("[]");
  }

  @Test
  void neitherReadsNorChangesBacklogOfAnotherTopic() {
    KnownTopic topic = newTopic();
    KnownTopic other = newTopic();
    store.open(partition, tenant, 7, "away", other);

    assertThat(load(topic)).isEmpty();
    store.advance(partition, Set.of(tenant), 9, topic.identity());
    store.close(partition, Set.of(tenant), topic.identity());
    assertThat(load(other).get(tenant).nextOffset()).isEqualTo(7);
    store.open(partition, tenant, 12, "away", topic);
    assertThat(load(topic).get(tenant).nextOffset()).isEqualTo(12);
    store.open(partition, tenant, 15, "away", topic);
    assertThat(load(topic).get(tenant).nextOffset()).isEqualTo(12);
    assertThat(load(other).get(tenant).nextOffset()).isEqualTo(7);
  }

  @Test
  void distinguishesBacklogOfPreviousVersion() {
    KnownTopic topic = newTopic();
    ControlDatabase.execute(
        """
        INSERT INTO ingestion.backlogs (partition, tenant_id, next_offset, reason)
        VALUES (%d, '%s', 5, 'away')
        """
            .formatted(partition, tenant));

    assertThat(load(topic).get(tenant).isTopicKnown()).isFalse();
    store.resetOffset(partition, tenant, 2, Instant.EPOCH, topic);
    assertThat(load(topic).get(tenant).isTopicKnown()).isTrue();
    assertThat(load(topic).get(tenant).nextOffset()).isEqualTo(2);
    store.close(partition, Set.of(tenant), topic.identity());
    assertThat(load(topic)).isEmpty();
  }

  @Test
  void recordsExpiredEventsOnceAndSkipsThem() {
    KnownTopic topic = newTopic();
    store.open(partition, tenant, 7, "away", topic);
    Loss loss =
        new Loss(
            Optional.of(tenant),
            topic,
            partition,
            7,
            100,
            Optional.of(Instant.EPOCH),
            Instant.parse("2026-11-21T04:44:07Z"));

    assertThat(store.skip(loss)).isTrue();
    assertThat(store.skip(loss)).isFalse();

    assertThat(load(topic).get(tenant).nextOffset()).isEqualTo(100);
    assertThat(losses("retention")).isEqualTo("[7 100]");
  }
}
