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
   * A stored backup, as far as keeping it goes.
   *
   * @param finalBackup whether it is the last one before the tenant's deletion
   */
  record Candidate(
      UUID backupId,
      Instant completedAt,
      int retentionDays,
      Condition condition,
      boolean finalBackup) {

    boolean isGood() {
      return condition == Condition.GOOD;
    }
  }

  /** What is known of a backup's file. */
  enum Condition {
    GOOD,
    /** A look at it showed damage. */
    DAMAGED,
    /** Its key was destroyed. */
    SHREDDED
  }

  /** Where a tenant stands. */
  enum Tenant {
    EXISTS,
    /** It is deleted, and remembered. */
    DELETED,
    /** The registry does not have it. */
    FORGOTTEN
  }

  /**
   * How a tenant's backups are kept.
   *
   * @param days how many days, if the tenant has, or had, a schedule; else each backup's own
   * @param keep grandfather, father, son
   * @param tenant where the tenant stands: the newest good backup is kept as long as it exists
   * @param finalBackup how long a final backup is kept at least
   */
  record Rule(
      Optional<Integer> days, Optional<Schedule.Keep> keep, Tenant tenant, Duration finalBackup) {}

  /** A tier of grandfather, father and son. */
  private record Tier(int periods, Duration length, Function<Instant, Object> period) {

    static List<Tier> of(Schedule.Keep keep) {
      return List.of(
          new Tier(keep.daily(), Duration.ofDays(1), Tier::day),
          new Tier(keep.weekly(), Duration.ofDays(7), Tier::week),
          new Tier(keep.monthly(), Duration.ofDays(31), Tier::month));
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

    /** The time that its periods cover. */
    Duration span() {
      return length.multipliedBy(periods);
    }
  }

  /** The backups that are kept no longer, of all stored ones of a tenant, newest first. */
  static List<UUID> expired(List<Candidate> newestFirst, Rule rule, Instant now) {
    Set<UUID> kept = new HashSet<>();
    if (rule.tenant() == Tenant.EXISTS) {
      newestFirst.stream()
          .filter(Candidate::isGood)
          .findFirst()
          .ifPresent(candidate -> kept.add(candidate.backupId()));
    }
    rule.keep()
        .map(Tier::of)
        .orElse(List.of())
        .forEach(tier -> keepNewest(newestFirst, tier, rule, now, kept));
    return newestFirst.stream()
        .filter(candidate -> !kept.contains(candidate.backupId()))
        .filter(candidate -> !isKeptByAge(candidate, rule, now))
        .map(Candidate::backupId)
        .toList();
  }

  private static boolean isKeptByAge(Candidate candidate, Rule rule, Instant now) {
    if (candidate.finalBackup()
        && (rule.tenant() == Tenant.DELETED || isYoung(candidate, rule.finalBackup(), now))) {
      return true;
    }
    // Grandfather, father and son choose among good ones. One that can be read no more is of no
    // use to them; but neither is it to go at once, for whoever destroyed its key by mistake.
    boolean byDays = rule.keep().isEmpty() || candidate.condition() == Condition.SHREDDED;
    return byDays
        && isYoung(candidate, Duration.ofDays(rule.days().orElse(candidate.retentionDays())), now);
  }

  private static boolean isYoung(Candidate candidate, Duration age, Instant now) {
    return candidate.completedAt().isAfter(now.minus(age));
  }

  /**
   * The newest good one of each of the last so many periods in which there was one. No newer ones
   * follow those of a deleted tenant: they are kept only as long as their tier covers.
   */
  private static void keepNewest(
      List<Candidate> newestFirst, Tier tier, Rule rule, Instant now, Set<UUID> kept) {
    Set<Object> seen = new HashSet<>();
    for (Candidate candidate : newestFirst) {
      Object period = tier.period().apply(candidate.completedAt());
      if (candidate.isGood() && !seen.contains(period) && seen.size() < tier.periods()) {
        seen.add(period);
        if (rule.tenant() == Tenant.EXISTS || isYoung(candidate, tier.span(), now)) {
          kept.add(candidate.backupId());
        }
      }
    }
  }
}
