package io.tenantry.ingestion.delivery;

import io.tenantry.kernel.runtime.Backoff;
import java.time.Instant;

/**
 * A tenant that is behind: its next event, and when it is tried again. The pause doubles with each
 * attempt that delivers nothing, whatever the reason, and is the first one again after one that
 * does.
 */
final class Behind {

  private final Instant since;
  private final Backoff pauses;
  private long nextOffset;
  private boolean labelled;
  private int failures;
  private Instant due;

  /**
   * Due at once.
   *
   * @param labelled whether the offset is known to be of the topic
   * @param since when the tenant's database was found not available
   */
  Behind(long nextOffset, boolean labelled, Instant since, Instant now, Backoff pauses) {
    this.nextOffset = nextOffset;
    this.labelled = labelled;
    this.since = since;
    this.pauses = pauses;
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
    failures++;
    due = now.plus(pauses.after(failures));
  }

  /** All events before an offset are delivered; without effect if that is not news. */
  void advance(long offset) {
    if (offset > nextOffset) {
      nextOffset = offset;
      failures = 0;
    }
  }

  /** The oldest event that the topic keeps is this one. */
  void restart(long offset) {
    nextOffset = offset;
    labelled = true;
  }
}
