package io.tenantry.tenant.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Periods in which nothing was measured: usage is unknown there, not zero.
 *
 * @param from the start, inclusive
 * @param to the end, exclusive
 */
@RegisterForReflection
record Gap(Instant from, Instant to) {

  /**
   * The gaps of a series; neighbouring periods are one gap.
   *
   * @param measured the starts of the periods with a measurement
   * @param from the first period
   * @param to the end of the last period
   */
  static List<Gap> in(Set<Instant> measured, Granularity granularity, Instant from, Instant to) {
    List<Gap> gaps = new ArrayList<>();
    for (Instant start = granularity.startOf(from);
        start.isBefore(to);
        start = start.plus(granularity.length())) {
      if (measured.contains(start)) {
        continue;
      }
      Instant end = start.plus(granularity.length());
      if (!gaps.isEmpty() && gaps.getLast().to().equals(start)) {
        gaps.set(gaps.size() - 1, new Gap(gaps.getLast().from(), end));
      } else {
        gaps.add(new Gap(start, end));
      }
    }
    return List.copyOf(gaps);
  }
}
