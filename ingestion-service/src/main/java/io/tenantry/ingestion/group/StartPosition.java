package io.tenantry.ingestion.group;

import io.tenantry.ingestion.topic.TopicIdentity;
import java.util.Optional;

/**
 * Where a group reads on.
 *
 * @param next the offset of the next message to be read
 * @param missed what it has committed, if messages from there on are not kept any more
 */
public record StartPosition(long next, Optional<CommittedOffset> missed) {

  /**
   * Decides where to read on. Where that cannot be known it is the oldest message that is kept:
   * what was handled before is recognised, what is left out is not.
   *
   * @param earliest the offset of the oldest message that is kept
   * @param end the offset of the next message to come
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
