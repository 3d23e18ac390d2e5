package io.tenantry.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.retention.RetentionPolicy.Condition;
import io.tenantry.backup.retention.RetentionPolicy.Tenant;
import io.tenantry.backup.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which backups are kept. */
class RetentionPolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Tag("B6")
  @Test
  void keepsThirtyDays() {
    List<RetentionPolicy.Candidate> daily = daily(40);

    List<UUID> expired =
        RetentionPolicy.expired(daily, rule(Optional.of(30), Optional.empty(), Tenant.EXISTS), NOW);

    assertThat(expired)
        .containsExactlyElementsOf(
            daily.subList(30, 40).stream().map(RetentionPolicy.Candidate::backupId).toList());
  }

  @Tag("B6")
  @Test
  void neverDeletesLastGoodBackup() {
    RetentionPolicy.Candidate damaged = candidate(100, Condition.DAMAGED, false);
    RetentionPolicy.Candidate good = candidate(200);
    RetentionPolicy.Candidate older = candidate(300);

    List<UUID> expired =
        RetentionPolicy.expired(
            List.of(damaged, good, older),
            rule(Optional.of(30), Optional.empty(), Tenant.EXISTS),
            NOW);

    assertThat(expired).containsExactly(damaged.backupId(), older.backupId());
  }

  @Tag("B6")
  @Test
  void lastBackupOfDeletedTenantExpires() {
    RetentionPolicy.Candidate last = candidate(31);

    assertThat(
            RetentionPolicy.expired(
                List.of(last), rule(Optional.empty(), Optional.empty(), Tenant.DELETED), NOW))
        .containsExactly(last.backupId());
  }

  @Tag("B6")
  @Test
  void keepsGrandfatherFatherAndSon() {
    List<RetentionPolicy.Candidate> daily = daily(400);

    List<UUID> expired =
        RetentionPolicy.expired(
            daily,
            rule(Optional.of(1), Optional.of(new Schedule.Keep(7, 4, 12)), Tenant.EXISTS),
            NOW);

    List<Instant> kept =
        daily.stream()
            .filter(candidate -> !expired.contains(candidate.backupId()))
            .map(RetentionPolicy.Candidate::completedAt)
            .toList();
    // Seven days; of four ISO weeks the newest of each, two of them among the days; of twelve
    // months the newest, one of them today.
    assertThat(kept)
        .hasSize(7 + 2 + 11)
        .startsWith(NOW, NOW.minus(Duration.ofDays(1)))
        .contains(
            Instant.parse("2026-11-08T12:00:00Z"),
            Instant.parse("2026-11-01T12:00:00Z"),
            Instant.parse("2026-10-31T12:00:00Z"),
            Instant.parse("2025-12-31T12:00:00Z"));
  }

  private static List<RetentionPolicy.Candidate> daily(int days) {
    return IntStream.range(0, days).mapToObj(day -> candidate(day)).toList();
  }

  @Test
  @Tag("F14")
  @Tag("P13")
  void keepsGrandfathersOfDeletedTenantForTheirTier() {
    List<RetentionPolicy.Candidate> backups = List.of(candidate(0), candidate(40), candidate(400));

    List<UUID> expired =
        RetentionPolicy.expired(
            backups,
            rule(Optional.of(1), Optional.of(new Schedule.Keep(7, 4, 12)), Tenant.DELETED),
            NOW);

    assertThat(expired).containsExactly(backups.get(2).backupId());
  }

  @Test
  @Tag("F14")
  @Tag("P13")
  void allBackupsOfDeletedTenantExpireWithTheirTier() {
    List<RetentionPolicy.Candidate> backups = List.of(candidate(373), candidate(380));

    assertThat(
            RetentionPolicy.expired(
                backups,
                rule(Optional.of(1), Optional.of(new Schedule.Keep(7, 4, 12)), Tenant.FORGOTTEN),
                NOW))
        .hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("F14")
  @Tag("P13")
  void keepsFinalBackupForItsPeriodUnderAnyRule(Tenant tenant) {
    RetentionPolicy.Candidate last = candidate(89, Condition.GOOD, true);
    RetentionPolicy.Candidate older = candidate(91, Condition.GOOD, true);
    // Newer ones, so that neither is the last good one.
    List<RetentionPolicy.Candidate> backups = List.of(candidate(0), last, older);

    List<UUID> expired =
        RetentionPolicy.expired(backups, rule(Optional.of(1), Optional.empty(), tenant), NOW);

    assertThat(expired).doesNotContain(last.backupId());
    // As long as the tenant is remembered, its last backup is there.
    assertThat(expired.contains(older.backupId())).isEqualTo(tenant != Tenant.DELETED);
  }

  @Test
  @Tag("F26")
  @Tag("P13")
  void shreddedBackupIsNotLastGoodOne() {
    RetentionPolicy.Candidate shredded = candidate(40, Condition.SHREDDED, false);
    RetentionPolicy.Candidate good = candidate(50);

    List<UUID> expired =
        RetentionPolicy.expired(
            List.of(shredded, good), rule(Optional.of(30), Optional.empty(), Tenant.EXISTS), NOW);

    assertThat(expired).containsExactly(shredded.backupId());
  }

  @Test
  @Tag("F26")
  @Tag("P13")
  void choosesGrandfathersAmongReadableBackups() {
    RetentionPolicy.Candidate shredded = candidate(0, Condition.SHREDDED, false);
    RetentionPolicy.Candidate good = candidate(1);

    List<UUID> expired =
        RetentionPolicy.expired(
            List.of(shredded, good),
            rule(Optional.of(30), Optional.of(new Schedule.Keep(1, 0, 0)), Tenant.FORGOTTEN),
            NOW.minusSeconds(1));

    assertThat(expired).isEmpty();
  }

  private static RetentionPolicy.Rule rule(
      Optional<Integer> days, Optional<Schedule.Keep> keep, Tenant tenant) {
    return new RetentionPolicy.Rule(days, keep, tenant, Duration.ofDays(90));
  }

  private static RetentionPolicy.Candidate candidate(int daysAgo) {
    return candidate(daysAgo, Condition.GOOD, false);
  }

  private static RetentionPolicy.Candidate candidate(
      int daysAgo, Condition condition, boolean finalBackup) {
    return new RetentionPolicy.Candidate(
        UUID.randomUUID(), NOW.minus(Duration.ofDays(daysAgo)), 30, condition, finalBackup);
  }
}
