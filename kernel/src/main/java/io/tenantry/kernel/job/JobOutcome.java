package io.tenantry.kernel.job;

import java.time.Duration;
import java.util.Optional;

/** How an attempt ended that did not fail. */
public sealed interface JobOutcome {

  /**
   * The job is done.
   *
   * @param result a record for the job's {@code result}; registered for reflection
   */
  record Done(Optional<Object> result) implements JobOutcome {}

  /**
   * It could not begin yet; it is looked at again after a while, and the attempt does not count.
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
