package io.tenantry.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The results of a benchmark, as rows of the table that {@code benchmarks/run} creates from all
 * benchmarks.
 */
final class Results {

  private final String benchmark;
  private final List<String> rows = new ArrayList<>();

  Results(String benchmark) {
    this.benchmark = benchmark;
  }

  /**
   * Adds a comparison.
   *
   * @param unit the unit of both figures
   * @param baseline the name of the baseline that {@code theirs} was measured for
   * @param goal the goal for the ratio as text; empty if there is none
   */
  void add(
      String what,
      String unit,
      double ours,
      String baseline,
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
            baseline,
            rounded(theirs),
            unit,
            ratio,
            goal));
  }

  /** Rounds to at least three significant digits. */
  private static String rounded(double figure) {
    int digits = figure >= 100 ? 0 : figure >= 10 ? 1 : figure >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", figure);
  }

  /** Writes the rows to {@code benchmarks/target}, replacing those of a previous run. */
  void write(Path project) throws IOException {
    Files.write(project.resolve("benchmarks/target/" + benchmark + ".rows"), rows);
  }
}
