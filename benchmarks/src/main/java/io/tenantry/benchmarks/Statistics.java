package io.tenantry.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/** Computes statistics of measurements. */
final class Statistics {

  private Statistics() {}

  /** The work to measure. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** Runs the work and returns its duration in seconds. */
  static double measureSeconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /**
   * The median of the ratios per round, which are not affected when the machine's speed changes
   * between rounds.
   */
  static double ratio(List<Double> ours, List<Double> theirs) {
    return median(
        IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i) / theirs.get(i)).toList());
  }
}
