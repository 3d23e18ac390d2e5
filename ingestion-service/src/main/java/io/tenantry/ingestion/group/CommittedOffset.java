package io.tenantry.ingestion.group;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * An offset that a group has committed, with what its metadata say of it: offsets may outlive their
 * topic, and mean nothing on another of the same name.
 *
 * @param next the offset of the next message to be read
 * @param topic the topic it is of; empty if another tool, or a former version, committed it
 * @param time when the message before it came
 */
public record CommittedOffset(long next, Optional<TopicIdentity> topic, Optional<Instant> time) {

  private static final Pattern METADATA =
      Pattern.compile("topic=(\\S+) cluster=(\\S+)(?: time=([0-9]{1,16}))?");

  /** What Kafka has stored. */
  static CommittedOffset of(OffsetAndMetadata stored) {
    Matcher matcher = METADATA.matcher(stored.metadata());
    if (!matcher.matches()) {
      return new CommittedOffset(stored.offset(), Optional.empty(), Optional.empty());
    }
    return new CommittedOffset(
        stored.offset(),
        Optional.of(new TopicIdentity(matcher.group(2), matcher.group(1))),
        Optional.ofNullable(matcher.group(3)).map(Long::valueOf).map(Instant::ofEpochMilli));
  }

  /** What Kafka is to store. */
  OffsetAndMetadata stored() {
    return new OffsetAndMetadata(
        next,
        topic
            .map(
                of ->
                    "topic=%s cluster=%s%s"
                        .formatted(
                            of.topicId(),
                            of.clusterId(),
                            time.map(at -> " time=" + at.toEpochMilli()).orElse("")))
            .orElse(""));
  }

  /** What to commit when these messages of a topic are handled. */
  public static Map<TopicPartition, OffsetAndMetadata> after(
      ConsumerRecords<byte[], byte[]> messages, TopicIdentity topic) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : messages.partitions()) {
      ConsumerRecord<byte[], byte[]> last = messages.records(partition).getLast();
      offsets.put(
          partition,
          new CommittedOffset(
                  last.offset() + 1,
                  Optional.of(topic),
                  Optional.of(last.timestamp()).filter(t -> t >= 0).map(Instant::ofEpochMilli))
              .stored());
    }
    return offsets;
  }
}
