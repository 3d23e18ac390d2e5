package io.tenantry.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.schedule.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which backups are kept. */
class RetentionPolicyTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @Test
  void b6KeepsThirtyDays() {
    List<RetentionPolicy.Candidate> daily = daily(40);

    List<UUID> expired =
        RetentionPolicy.expired(
            daily, new RetentionPolicy.Rule(Optional.of(30), Optional.empty(), true), NOW);

    assertThat(expired)
        .containsExactlyElementsOf(
            daily.subList(30, 40).stream().map(RetentionPolicy.Candidate::backupId).toList());
  }

  @Test
  void b6NeverDeletesTheLastGoodBackup() {
    RetentionPolicy.Candidate damaged = candidate(100, true);
    RetentionPolicy.Candidate good = candidate(200, false);
    RetentionPolicy.Candidate older = candidate(300, false);

    List<UUID> expired =
        RetentionPolicy.expired(
            List.of(damaged, good, older),
            new RetentionPolicy.Rule(Optional.of(30), Optional.empty(), true),
            NOW);

    assertThat(expired).containsExactly(damaged.backupId(), older.backupId());
  }

  @Test
  void b6ADeletedTenantsLastBackupGoesAtItsTime() {
    RetentionPolicy.Candidate last = candidate(31, false);

    assertThat(
            RetentionPolicy.expired(
                List.of(last),
                new RetentionPolicy.Rule(Optional.empty(), Optional.empty(), false),
                NOW))
        .containsExactly(last.backupId());
  }

  @Test
  void b6KeepsGrandfatherFatherAndSon() {
    List<RetentionPolicy.Candidate> daily = daily(400);

    List<UUID> expired =
        RetentionPolicy.expired(
            daily,
            new RetentionPolicy.Rule(
                Optional.of(1), Optional.of(new Schedule.Keep(7, 4, 12)), true),
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
    return IntStream.range(0, days).mapToObj(day -> candidate(day, false)).toList();
  }

  private static RetentionPolicy.Candidate candidate(int daysAgo, boolean damaged) {
    return new RetentionPolicy.Candidate(
        UUID.randomUUID(), NOW.minus(Duration.ofDays(daysAgo)), 30, damaged);
  }
}
