package io.tenantry.ingestion.delivery;

import io.tenantry.kernel.runtime.Backoff;
import java.time.Instant;

/**
 * A tenant's backlog on a partition: the offset of its next event, and when delivery is retried.
 * The delay doubles with each attempt that delivers nothing and is reset by one that does.
 */
final class TenantBacklog {

  private final Instant since;
  private final Backoff backoff;
  private long nextOffset;
  private boolean isTopicKnown;
  private int failures;
  private Instant due;

  /**
   * Creates a backlog that is due immediately.
   *
   * @param isTopicKnown whether the offset is known to belong to the topic
   * @param since when the tenant's database was found unavailable
   */
  TenantBacklog(
      long nextOffset, boolean isTopicKnown, Instant since, Instant now, Backoff backoff) {
    this.nextOffset = nextOffset;
    this.isTopicKnown = isTopicKnown;
    this.since = since;
    this.backoff = backoff;
    this.due = now;
  }

  Instant since() {
    return since;
  }

  boolean isTopicKnown() {
    return isTopicKnown;
  }

  long nextOffset() {
    return nextOffset;
  }

  boolean isDue(Instant now) {
    return !now.isBefore(due);
  }

  /** Schedules the next attempt after a failed one. */
  void postpone(Instant now) {
    failures++;
    due = now.plus(backoff.after(failures));
  }

  /** Moves the next offset forward; a lower offset changes nothing. */
  void advance(long offset) {
    if (offset > nextOffset) {
      nextOffset = offset;
      failures = 0;
    }
  }

  /** Moves the next offset to the oldest event that the topic keeps. */
  void resetOffset(long offset) {
    nextOffset = offset;
    isTopicKnown = true;
  }
}
