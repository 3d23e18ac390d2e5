package io.tenantry.backup.retention;

import io.tenantry.backup.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.IsoFields;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Which of a tenant's backups are kept. */
final class RetentionPolicy {

  private RetentionPolicy() {}

  /**
   * A completed backup, as far as keeping it goes.
   *
   * @param damaged whether a look at its file showed damage
   */
  record Candidate(UUID backupId, Instant completedAt, int retentionDays, boolean damaged) {}

  /**
   * What is said for the tenant.
   *
   * @param days how many days, if the tenant has a schedule; else each backup's own
   * @param keep grandfather, father, son
   * @param lastGoodKept whether the newest good backup is kept however old it is: as long as the
   *     tenant exists
   */
  record Rule(Optional<Integer> days, Optional<Schedule.Keep> keep, boolean lastGoodKept) {}

  /** The backups that are kept no longer, of all completed ones of a tenant, newest first. */
  static List<UUID> expired(List<Candidate> newestFirst, Rule rule, Instant now) {
    Set<UUID> kept = new HashSet<>();
    if (rule.lastGoodKept()) {
      newestFirst.stream()
          .filter(candidate -> !candidate.damaged())
          .findFirst()
          .ifPresent(candidate -> kept.add(candidate.backupId()));
    }
    rule.keep()
        .ifPresentOrElse(
            keep -> {
              keepNewest(newestFirst, keep.daily(), RetentionPolicy::day, kept);
              keepNewest(newestFirst, keep.weekly(), RetentionPolicy::week, kept);
              keepNewest(newestFirst, keep.monthly(), RetentionPolicy::month, kept);
            },
            () ->
                newestFirst.stream()
                    .filter(candidate -> isYoung(candidate, rule, now))
                    .forEach(candidate -> kept.add(candidate.backupId())));
    return newestFirst.stream()
        .map(Candidate::backupId)
        .filter(backup -> !kept.contains(backup))
        .toList();
  }

  private static boolean isYoung(Candidate candidate, Rule rule, Instant now) {
    Duration age = Duration.ofDays(rule.days().orElse(candidate.retentionDays()));
    return candidate.completedAt().isAfter(now.minus(age));
  }

  /** The newest good one of each of the last so many periods in which there was one. */
  private static void keepNewest(
      List<Candidate> newestFirst, int periods, Function<Instant, Object> period, Set<UUID> kept) {
    Set<Object> seen = new HashSet<>();
    for (Candidate candidate : newestFirst) {
      Object of = period.apply(candidate.completedAt());
      if (!candidate.damaged() && !seen.contains(of) && seen.size() < periods) {
        seen.add(of);
        kept.add(candidate.backupId());
      }
    }
  }

  private static Object day(Instant instant) {
    return instant.atZone(ZoneOffset.UTC).toLocalDate();
  }

  private static Object week(Instant instant) {
    LocalDate day = instant.atZone(ZoneOffset.UTC).toLocalDate();
    return day.get(IsoFields.WEEK_BASED_YEAR) + "-" + day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
  }

  private static Object month(Instant instant) {
    return YearMonth.from(instant.atZone(ZoneOffset.UTC));
  }
}
