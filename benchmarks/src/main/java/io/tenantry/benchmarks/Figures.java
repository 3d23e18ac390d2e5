package io.tenantry.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/** What is computed of measurements. */
final class Figures {

  private Figures() {}

  /** What is timed. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /** How long it takes, in seconds. */
  static double seconds(Work work) throws Exception {
    long begun = System.nanoTime();
    work.run();
    return (System.nanoTime() - begun) / 1e9;
  }

  static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** The median of the ratios round by round, which hold when the machine's speed drifts. */
  static double ratio(List<Double> ours, List<Double> theirs) {
    return median(
        IntStream.range(0, ours.size()).mapToObj(i -> ours.get(i) / theirs.get(i)).toList());
  }
}
