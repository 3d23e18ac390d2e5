package io.tenantry.ingestion.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.tenantry.ingestion.IdleWorkers;
import io.tenantry.ingestion.topic.KnownTopics.KnownTopic;
import io.tenantry.ingestion.topic.TopicIdentity;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The register of dead letters when topics are replaced. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@TestProfile(IdleWorkers.class)
@Tag("F7")
@Tag("P13")
class DeadLetterStoreTest {

  private static final Instant TIME = Instant.parse("2026-11-21T04:44:07.465Z");

  @Inject DeadLetterStore store;

  private final UUID tenant = UUID.randomUUID();
  private final String name = "topic-" + tenant;
  private final long offset = ThreadLocalRandom.current().nextLong(1L << 40);

  private static KnownTopic newTopic(String name) {
    return new KnownTopic(name, new TopicIdentity("cluster", UUID.randomUUID().toString()));
  }

  private DeadLetter letter(UUID of, long at, Instant time, KnownTopic topic) {
    return new DeadLetter(
        0,
        Optional.of(of),
        Optional.empty(),
        Optional.empty(),
        "malformed",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        Status.WAITING,
        time,
        0,
        at,
        Optional.of(topic.identity()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<DeadLetter> of(UUID owner) {
    return store.select(
        new DeadLetterFilter(Optional.of(owner), Optional.empty(), Set.of(), List.of()), 0, 20_000);
  }

  @Test
  void marksDeadLettersOfReplacedTopicLostUntilTopicReturns() {
    KnownTopic first = newTopic(name);
    KnownTopic second = newTopic(name);
    store.start(first);
    store.add(
        List.of(letter(tenant, offset, TIME, first), letter(tenant, offset + 1, TIME, first)),
        first);
    store.recordAction(List.of(of(tenant).getFirst().id()), Status.REDRIVEN, "someone");
    List<Long> ids = of(tenant).stream().map(DeadLetter::id).toList();
    assertThat(store.start(first)).isZero();

    assertThat(store.start(second)).isEqualTo(2);
    assertThat(of(tenant)).extracting(DeadLetter::id).isEqualTo(ids);
    assertThat(of(tenant))
        .extracting(DeadLetter::status)
        .containsExactly(Status.REDRIVEN, Status.LOST);
    UUID other = UUID.randomUUID();
    store.add(List.of(letter(other, offset, TIME, second)), second);
    assertThat(of(other)).extracting(DeadLetter::status).containsExactly(Status.WAITING);

    store.start(first);
    assertThat(of(tenant)).extracting(DeadLetter::id).isEqualTo(ids);
    assertThat(of(tenant))
        .extracting(DeadLetter::status)
        .containsExactly(Status.REDRIVEN, Status.WAITING);
    assertThat(of(other)).extracting(DeadLetter::status).containsExactly(Status.LOST);
  }

  @Test
  void registersMessageAtReusedOffsetAndMarksFormerLost() {
    KnownTopic topic = newTopic(name);
    store.start(topic);
    UUID other = UUID.randomUUID();
    store.add(List.of(letter(tenant, offset, TIME, topic)), topic);
    store.add(List.of(letter(tenant, offset, TIME, topic)), topic);
    assertThat(of(tenant)).hasSize(1);

    store.add(List.of(letter(other, offset, TIME, topic)), topic);

    assertThat(of(other)).extracting(DeadLetter::status).containsExactly(Status.WAITING);
    assertThat(of(tenant))
        .extracting(DeadLetter::lostReason)
        .containsExactly(Optional.of("offset_reused"));
  }

  @Test
  void keepsDeadLettersOfOtherTopics() {
    KnownTopic topic = newTopic(name);
    KnownTopic beside = newTopic("beside-" + name);
    store.start(topic);
    store.start(beside);
    store.add(List.of(letter(tenant, offset, TIME, topic)), topic);
    store.add(List.of(letter(tenant, offset, TIME, beside)), beside);

    store.start(topic);
    store.start(beside);

    assertThat(of(tenant))
        .extracting(DeadLetter::status)
        .containsExactly(Status.WAITING, Status.WAITING);
  }

  @Test
  void recognisesDeadLetterOfPreviousVersionByTenantAndTime() {
    KnownTopic topic = newTopic(name);
    store.add(List.of(letter(tenant, offset, TIME, topic)), topic);
    ControlDatabase.execute(
        """
        UPDATE ingestion.dead_letters
        SET topic = NULL, topic_id = NULL, cluster_id = NULL
        WHERE tenant_id = '%s'
        """
            .formatted(tenant));
    UUID other = UUID.randomUUID();

    store.add(List.of(letter(other, offset, TIME, topic)), topic);
    assertThat(of(tenant)).extracting(DeadLetter::topic).containsExactly(Optional.empty());
    KnownTopic own = newTopic(name);
    store.add(List.of(letter(tenant, offset, TIME, own)), own);
    assertThat(of(tenant))
        .extracting(DeadLetter::topic)
        .containsExactly(Optional.of(own.identity()));
  }

  @Test
  void marksManyDeadLettersLost() {
    KnownTopic topic = newTopic(name);
    store.start(topic);
    store.add(List.of(letter(tenant, offset, TIME, topic)), topic);
    ControlDatabase.execute(
        """
        INSERT INTO ingestion.dead_letters
         (partition, message_offset, tenant_id, reason, redrives, status, dead_at, topic, topic_id, cluster_id)
        SELECT partition, message_offset + n, tenant_id, reason, redrives, status, dead_at, topic, topic_id, cluster_id
        FROM ingestion.dead_letters, generate_series(1, 10999) AS n
        WHERE tenant_id = ?
        """,
        tenant);

    assertThat(store.start(newTopic(name))).isEqualTo(11_000);
    assertThat(
            store.count(
                new DeadLetterFilter(Optional.of(tenant), Optional.empty(), Set.of(), List.of())))
        .containsExactly(new DeadLetterCount("malformed", Status.LOST, 11_000));
  }
}
