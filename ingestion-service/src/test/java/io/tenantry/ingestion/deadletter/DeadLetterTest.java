package io.tenantry.ingestion.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.topic.TopicIdentity;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which message is a dead letter's, and which dead letters a redrive takes. */
@Tag("I12")
@Tag("P13")
class DeadLetterTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final TopicIdentity TOPIC = new TopicIdentity("cluster", "topic");
  private static final long TIME = 1763700000000L;

  private static DeadLetter letter(
      Status status, Optional<TopicIdentity> topic, Optional<String> lostReason) {
    return new DeadLetter(
        1,
        Optional.of(TENANT),
        Optional.empty(),
        Optional.empty(),
        "malformed",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        0,
        status,
        Instant.ofEpochMilli(TIME),
        2,
        17,
        topic,
        lostReason,
        Optional.empty(),
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> message(
      int partition, long offset, long time, UUID tenant) {
    return new ConsumerRecord<>(
        "dlq",
        partition,
        offset,
        time,
        TimestampType.CREATE_TIME,
        0,
        0,
        EventMessage.key(tenant),
        new byte[0],
        new RecordHeaders(),
        Optional.empty());
  }

  @Test
  void recognisesItsMessageByPlaceTenantAndTime() {
    DeadLetter letter = letter(Status.WAITING, Optional.of(TOPIC), Optional.empty());

    assertThat(letter.isOf(message(2, 17, TIME, TENANT))).isTrue();
    assertThat(letter.isOf(message(1, 17, TIME, TENANT))).isFalse();
    assertThat(letter.isOf(message(2, 18, TIME, TENANT))).isFalse();
    assertThat(letter.isOf(message(2, 17, TIME + 1, TENANT))).isFalse();
    assertThat(letter.isOf(message(2, 17, TIME, UUID.randomUUID()))).isFalse();
  }

  @Test
  void treatsMissingTimeAsEpoch() {
    assertThat(DeadLetter.timeOf(message(0, 0, -1, TENANT))).isEqualTo(Instant.EPOCH);
  }

  @Test
  void isReadOnlyFromItsTopicAndUnlessLost() {
    TopicIdentity other = new TopicIdentity("cluster", "other");

    DeadLetter known = letter(Status.WAITING, Optional.of(TOPIC), Optional.empty());
    DeadLetter unlabelled = letter(Status.WAITING, Optional.empty(), Optional.empty());
    DeadLetter lost = letter(Status.LOST, Optional.of(TOPIC), Optional.of("topic_replaced"));

    assertThat(known.mayBeOn(TOPIC)).isTrue();
    assertThat(known.mayBeOn(other)).isFalse();
    assertThat(unlabelled.mayBeOn(other)).isTrue();
    assertThat(lost.mayBeOn(TOPIC)).isFalse();
  }

  @Test
  void redrivesParkedOnesOnlyWhenAskedFor() {
    RedriveRequest plain = new RedriveRequest(null, null, null, null, null, null);
    RedriveRequest all = new RedriveRequest(null, null, null, true, 7, true);
    DeadLetter waiting = letter(Status.WAITING, Optional.empty(), Optional.empty());
    DeadLetter parked = letter(Status.PARKED, Optional.empty(), Optional.empty());

    assertThat(plain.permits(waiting)).isTrue();
    assertThat(plain.permits(parked)).isFalse();
    assertThat(all.permits(parked)).isTrue();
    assertThat(plain.isDryRun()).isFalse();
    assertThat(all.isDryRun()).isTrue();
    assertThat(plain.limitOrDefault()).isEqualTo(1000);
    assertThat(all.limitOrDefault()).isEqualTo(7);
  }

  @Test
  void restrictsTenantKeyToItsTenantWhateverIsRequested() {
    RedriveRequest request =
        new RedriveRequest(UUID.randomUUID(), "malformed", List.of(1L), null, null, null);

    assertThat(request.filter(Optional.of(TENANT)))
        .isEqualTo(
            new DeadLetterFilter(
                Optional.of(TENANT),
                Optional.of("malformed"),
                Set.of(Status.WAITING, Status.PARKED),
                List.of(1L)));
    assertThat(request.filter(Optional.empty()).tenantId()).contains(request.tenantId());
  }
}
