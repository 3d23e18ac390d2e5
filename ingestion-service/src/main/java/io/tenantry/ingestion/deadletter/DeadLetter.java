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
 * @param id its number in the register, in ascending order
 * @param tenantId the tenant it belongs to; absent if its key is not a tenant id
 * @param reason why it was dead-lettered
 * @param originalTopic the topic it was read from
 * @param originalTimestamp when it was accepted
 * @param redrives how many times it was redriven before
 * @param deadAt when it was dead-lettered
 * @param partition its partition on the dead letter topic
 * @param topic the dead letter topic that its offset belongs to; empty if an earlier version
 *     registered it
 * @param lostReason why its message is lost; only with status {@code lost}
 * @param message the message; only when a single dead letter is requested, its message is still
 *     kept, and the caller may read it
 * @param messageWithheld true if a single dead letter is requested and the caller may not read its
 *     message
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
    Optional<Message> message,
    Optional<Boolean> messageWithheld) {

  /**
   * A message.
   *
   * @param headers its headers as text
   * @param value its value, if it is UTF-8
   * @param valueBase64 its value, if it is not UTF-8
   */
  @RegisterForReflection
  record Message(
      Map<String, String> headers, Optional<String> value, Optional<String> valueBase64) {}

  DeadLetter with(Optional<Message> found) {
    return with(found, Optional.empty());
  }

  /** Without its message, because the caller may not read it. */
  DeadLetter withheld() {
    return with(Optional.empty(), Optional.of(true));
  }

  private DeadLetter with(Optional<Message> found, Optional<Boolean> withheld) {
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
        found,
        withheld);
  }

  /** Whether its message can be on this topic. */
  boolean mayBeOn(TopicIdentity current) {
    return lostReason.isEmpty() && topic.map(current::equals).orElse(true);
  }

  /** Whether this is its message, and not another one that has its offset now. */
  boolean isOf(ConsumerRecord<byte[], byte[]> found) {
    return found.partition() == partition
        && found.offset() == offset
        && EventMessage.tenantOf(found.key()).equals(tenantId)
        && timeOf(found).equals(deadAt);
  }

  /** The time of a dead letter, which is the timestamp of its message. */
  static Instant timeOf(ConsumerRecord<byte[], byte[]> message) {
    return Instant.ofEpochMilli(Math.max(0, message.timestamp()));
  }
}
