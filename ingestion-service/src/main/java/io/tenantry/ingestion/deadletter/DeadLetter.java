package io.tenantry.ingestion.deadletter;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.ingestion.event.EventMessage;
import io.tenantry.ingestion.topic.TopicIdentity;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter.
 *
 * @param id its number in the register; later ones have higher numbers
 * @param tenantId whose it is; absent if its key is no tenant id
 * @param reason why it died
 * @param originalTopic the topic it was on
 * @param originalTimestamp when it was accepted
 * @param redrives how often it was sent again before it died this time
 * @param deadAt when it died
 * @param partition where it lies on the dead letter topic
 * @param topic the dead letter topic that its offset is of; empty if a former version registered it
 * @param lostReason why its message is gone; only with status {@code lost}
 * @param message the message itself; only when one dead letter is asked for, and still kept
 */
@RegisterForReflection
record DeadLetter(
    long id,
    Optional<UUID> tenantId,
    Optional<String> eventId,
    Optional<String> type,
    String reason,
    Optional<String> error,
    Optional<String> originalTopic,
    Optional<Integer> originalPartition,
    Optional<Long> originalOffset,
    Optional<Instant> originalTimestamp,
    int redrives,
    Status status,
    Instant deadAt,
    int partition,
    long offset,
    @JsonIgnore Optional<TopicIdentity> topic,
    Optional<String> lostReason,
    Optional<Message> message) {

  /**
   * A message.
   *
   * @param headers its headers as text
   * @param value its value, if that is UTF-8
   * @param valueBase64 its value, if that is not
   */
  @RegisterForReflection
  record Message(
      Map<String, String> headers, Optional<String> value, Optional<String> valueBase64) {}

  DeadLetter with(Optional<Message> found) {
    return new DeadLetter(
        id,
        tenantId,
        eventId,
        type,
        reason,
        error,
        originalTopic,
        originalPartition,
        originalOffset,
        originalTimestamp,
        redrives,
        status,
        deadAt,
        partition,
        offset,
        topic,
        lostReason,
        found);
  }

  /** Whether its message may be on this topic. */
  boolean mayBeOn(TopicIdentity current) {
    return lostReason.isEmpty() && topic.map(current::equals).orElse(true);
  }

  /** Whether a message at its place is its message, and not another that has its offset now. */
  boolean isOf(ConsumerRecord<byte[], byte[]> found) {
    return found.partition() == partition
        && found.offset() == offset
        && EventMessage.tenantOf(found.key()).equals(tenantId)
        && timeOf(found).equals(deadAt);
  }

  /** When a message died, as far as its time says so. */
  static Instant timeOf(ConsumerRecord<byte[], byte[]> message) {
    return Instant.ofEpochMilli(Math.max(0, message.timestamp()));
  }
}
