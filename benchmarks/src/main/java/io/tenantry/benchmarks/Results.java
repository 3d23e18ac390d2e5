package io.tenantry.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A benchmark's rows of the one table that {@code benchmarks/run} makes of all. */
final class Results {

  private final String benchmark;
  private final List<String> rows = new ArrayList<>();

  Results(String benchmark) {
    this.benchmark = benchmark;
  }

  /**
   * One comparison.
   *
   * @param unit of both figures
   * @param beside what {@code theirs} was measured of
   * @param goal of the ratio, in words; empty where there is none
   */
  void add(
      String what,
      String unit,
      double ours,
      String beside,
      double theirs,
      double ratio,
      String goal) {
    rows.add(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s %s | %s: %s %s | %.2f | %s |",
            benchmark,
            what,
            rounded(ours),
            unit,
            beside,
            rounded(theirs),
            unit,
            ratio,
            goal));
  }

  /** Three digits or more. */
  private static String rounded(double figure) {
    int digits = figure >= 100 ? 0 : figure >= 10 ? 1 : figure >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", figure);
  }

  /** Leaves the rows in {@code benchmarks/target}, in place of those of a former run. */
  void write(Path project) throws IOException {
    Files.write(project.resolve("benchmarks/target/" + benchmark + ".rows"), rows);
  }
}
