package io.tenantry.ingestion.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a group resumes, by the offsets it has committed. */
@Tag("F7")
@Tag("P13")
class StartPositionTest {

  private static final TopicIdentity TOPIC = new TopicIdentity("cluster-1", "MTIzNDU2Nzg5MGFiY2Q");
  private static final Instant TIME = Instant.parse("2026-11-21T04:44:07.465Z");

  private static CommittedOffset committed(long next, TopicIdentity topic) {
    return new CommittedOffset(next, Optional.of(topic), Optional.of(TIME));
  }

  @Test
  void readsMetadataThatItHasStored() {
    for (CommittedOffset offset :
        new CommittedOffset[] {
          committed(17, TOPIC),
          new CommittedOffset(17, Optional.of(TOPIC), Optional.empty()),
          new CommittedOffset(17, Optional.empty(), Optional.empty())
        }) {
      assertThat(CommittedOffset.of(offset.toKafka())).isEqualTo(offset);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "by hand", "topic= cluster=", "topic=a"})
  void ignoresMetadataOfOthers(String metadata) {
    assertThat(CommittedOffset.of(new OffsetAndMetadata(3, metadata)))
        .isEqualTo(new CommittedOffset(3, Optional.empty(), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "10, 10"})
  void resumesAtCommittedOffsetOfTopic(long next, long start) {
    StartPosition position = StartPosition.of(Optional.of(committed(next, TOPIC)), TOPIC, 0, 10);

    assertThat(position).isEqualTo(new StartPosition(start, Optional.empty()));
  }

  @Test
  void resumesAtOffsetWithoutTopicIdentity() {
    CommittedOffset unnamed = new CommittedOffset(5, Optional.empty(), Optional.empty());

    assertThat(StartPosition.of(Optional.of(unnamed), TOPIC, 0, 10).next()).isEqualTo(5);
  }

  @Test
  void readsAnotherTopicFromBeginning() {
    for (TopicIdentity other :
        new TopicIdentity[] {
          new TopicIdentity("cluster-1", "b3RoZXI"), new TopicIdentity("cluster-2", TOPIC.topicId())
        }) {
      assertThat(StartPosition.of(Optional.of(committed(5, other)), TOPIC, 2, 10))
          .isEqualTo(new StartPosition(2, Optional.empty()));
    }
    assertThat(StartPosition.of(Optional.empty(), TOPIC, 2, 10).next()).isEqualTo(2);
  }

  @Test
  void readsTruncatedTopicFromBeginning() {
    assertThat(StartPosition.of(Optional.of(committed(11, TOPIC)), TOPIC, 2, 10))
        .isEqualTo(new StartPosition(2, Optional.empty()));
  }

  @Test
  void reportsExpiredMessages() {
    CommittedOffset old = committed(1, TOPIC);

    assertThat(StartPosition.of(Optional.of(old), TOPIC, 2, 10))
        .isEqualTo(new StartPosition(2, Optional.of(old)));
  }
}
