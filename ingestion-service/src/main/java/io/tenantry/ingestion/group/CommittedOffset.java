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
 * An offset that a group has committed, with the topic's identity from its metadata. A committed
 * offset may outlive its topic, and is invalid for another topic of the same name.
 *
 * @param next the offset of the next message to be read
 * @param topic the topic it belongs to; empty if another tool, or an earlier version, committed it
 * @param time the timestamp of the message before it
 */
public record CommittedOffset(long next, Optional<TopicIdentity> topic, Optional<Instant> time) {

  private static final Pattern METADATA =
      Pattern.compile("topic=(\\S+) cluster=(\\S+)(?: time=([0-9]{1,16}))?");

  /** Converts an offset as Kafka returns it. */
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

  /** Converts this offset to commit it. */
  OffsetAndMetadata toKafka() {
    return new OffsetAndMetadata(
        next,
        topic
            .map(
                identity ->
                    "topic=%s cluster=%s%s"
                        .formatted(
                            identity.topicId(),
                            identity.clusterId(),
                            time.map(at -> " time=" + at.toEpochMilli()).orElse("")))
            .orElse(""));
  }

  /** The offsets to commit after these messages of a topic were handled. */
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
              .toKafka());
    }
    return offsets;
  }
}
