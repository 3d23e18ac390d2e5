package io.tenantry.ingestion.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * A tenant that is behind: its next event, and when it is tried again. The pause doubles with each
 * attempt that delivers nothing, whatever the reason, and is the first one again after one that
 * does.
 */
final class Behind {

  private final Instant since;
  private final Duration firstDelay;
  private final Duration longestDelay;
  private long nextOffset;
  private boolean labelled;
  private Duration delay;
  private Instant due;

  /**
   * Due at once.
   *
   * @param labelled whether the offset is known to be of the topic
   * @param since when the tenant's database was found not available
   */
  Behind(
      long nextOffset,
      boolean labelled,
      Instant since,
      Instant now,
      Duration firstDelay,
      Duration longestDelay) {
    this.nextOffset = nextOffset;
    this.labelled = labelled;
    this.since = since;
    this.firstDelay = firstDelay;
    this.longestDelay = longestDelay;
    this.delay = firstDelay;
    this.due = now;
  }

  Instant since() {
    return since;
  }

  boolean isLabelled() {
    return labelled;
  }

  long nextOffset() {
    return nextOffset;
  }

  boolean isDue(Instant now) {
    return !now.isBefore(due);
  }

  /** An attempt failed. */
  void postpone(Instant now) {
    due = now.plus(delay);
    Duration twice = delay.multipliedBy(2);
    delay = twice.compareTo(longestDelay) < 0 ? twice : longestDelay;
  }

  /** All events before an offset are delivered; without effect if that is not news. */
  void advance(long offset) {
    if (offset > nextOffset) {
      nextOffset = offset;
      delay = firstDelay;
    }
  }

  /** The oldest event that the topic keeps is this one. */
  void restart(long offset) {
    nextOffset = offset;
    labelled = true;
  }
}
