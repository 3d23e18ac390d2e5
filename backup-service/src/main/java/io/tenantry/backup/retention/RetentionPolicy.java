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

/** Decides which of a tenant's backups are kept. */
final class RetentionPolicy {

  private RetentionPolicy() {}

  /**
   * A stored backup, with what the policy needs to know of it.
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

  /** The condition of a backup's file. */
  enum Condition {
    GOOD,
    /** A verification found damage. */
    DAMAGED,
    /** Its key was destroyed. */
    SHREDDED
  }

  /** The state of a tenant in the registry. */
  enum Tenant {
    EXISTS,
    /** It is deleted, and the registry still has it. */
    DELETED,
    /** The registry does not have it. */
    FORGOTTEN
  }

  /**
   * How a tenant's backups are kept.
   *
   * @param days the days of the tenant's current or last schedule; without one, each backup's own
   * @param keep the grandfather-father-son rule, if there is one
   * @param tenant the state of the tenant; its newest good backup is kept as long as it exists
   * @param finalBackup the minimum time that a final backup is kept
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

  /**
   * Returns the expired backups among all stored ones of a tenant, which are given newest first.
   */
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
    // The grandfather-father-son rule selects good backups only. A shredded one is kept for its
    // days all the same, because its key may have been destroyed by mistake.
    boolean byDays = rule.keep().isEmpty() || candidate.condition() == Condition.SHREDDED;
    return byDays
        && isYoung(candidate, Duration.ofDays(rule.days().orElse(candidate.retentionDays())), now);
  }

  private static boolean isYoung(Candidate candidate, Duration age, Instant now) {
    return candidate.completedAt().isAfter(now.minus(age));
  }

  /**
   * Keeps the newest good backup of each of the tier's last periods that has one. A deleted tenant
   * gets no newer backups, so its backups are kept only for the time that the tier covers.
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
