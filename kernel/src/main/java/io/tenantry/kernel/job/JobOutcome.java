package io.tenantry.kernel.job;

import java.time.Duration;
import java.util.Optional;

/** The result of an attempt that did not fail. */
public sealed interface JobOutcome {

  /**
   * The job is done.
   *
   * @param result a record, registered for reflection, that becomes the job's {@code result}
   */
  record Done(Optional<Object> result) implements JobOutcome {}

  /**
   * The job could not start yet; it is tried again after a delay, and the attempt does not count.
   */
  record Postponed(Duration delay) implements JobOutcome {}

  static JobOutcome done() {
    return new Done(Optional.empty());
  }

  static JobOutcome done(Object result) {
    return new Done(Optional.of(result));
  }

  static JobOutcome postponed(Duration delay) {
    return new Postponed(delay);
  }
}
