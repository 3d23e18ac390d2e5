package io.tenantry.benchmarks;

import java.time.Duration;
import java.util.List;

/**
 * The result of one load.
 *
 * @param nanos the duration of each operation in nanoseconds, ascending
 * @param elapsed the duration of the whole load
 */
record Measurement(List<Long> nanos, Duration elapsed) {

  Measurement {
    nanos = nanos.stream().sorted().toList();
  }

  /**
   * The percentile of the durations in milliseconds, by nearest rank.
   *
   * @param share greater than 0, at most 1
   */
  double percentile(double share) {
    return nanos.get((int) Math.ceil(share * nanos.size()) - 1) / 1e6;
  }

  /** Operations per second. */
  double rate() {
    return nanos.size() / (elapsed.toNanos() / 1e9);
  }
}
