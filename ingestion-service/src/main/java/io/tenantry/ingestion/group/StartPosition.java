package io.tenantry.ingestion.group;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.util.Optional;

/**
 * The offset at which a group continues.
 *
 * @param next the offset of the next message to be read
 * @param missed the committed offset, if messages from there on are no longer kept
 */
public record StartPosition(long next, Optional<CommittedOffset> missed) {

  /**
   * Chooses the offset to continue at. If the committed offset is unknown or invalid, this is the
   * earliest one: messages handled before are recognised, skipped ones would be lost.
   *
   * @param earliest the offset of the oldest message that is kept
   * @param end the offset of the next message to be written
   */
  static StartPosition of(
      Optional<CommittedOffset> committed, TopicIdentity topic, long earliest, long end) {
    Optional<CommittedOffset> own =
        committed.filter(offset -> offset.topic().map(topic::equals).orElse(true));
    if (own.isEmpty() || own.get().next() > end) {
      return new StartPosition(earliest, Optional.empty());
    }
    return own.get().next() < earliest
        ? new StartPosition(earliest, own)
        : new StartPosition(own.get().next(), Optional.empty());
  }
}
