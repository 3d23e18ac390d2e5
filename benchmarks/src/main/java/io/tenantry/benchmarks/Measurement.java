package io.tenantry.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * What one load showed.
 *
 * @param nanos how long each operation took, ascending, in nanoseconds
 * @param elapsed how long all of them took together
 */
record Measurement(List<Long> nanos, Duration elapsed) {

  Measurement {
    nanos = nanos.stream().sorted().toList();
  }

  /**
   * The time within which this share of the operations ended, in milliseconds, by nearest rank.
   *
   * @param share more than 0, at most 1
   */
  double percentile(double share) {
    return nanos.get((int) Math.ceil(share * nanos.size()) - 1) / 1e6;
  }

  /** Operations a second. */
  double rate() {
    return nanos.size() / (elapsed.toNanos() / 1e9);
  }
}
