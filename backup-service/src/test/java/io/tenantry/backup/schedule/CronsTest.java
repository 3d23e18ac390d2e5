package io.tenantry.backup.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When schedules fire. */
class CronsTest {

  private static final Instant EVENING = Instant.parse("2026-11-21T20:00:00Z");
  private static final Instant TWO = Instant.parse("2026-11-22T02:00:00Z");
  private static final Duration SPREAD = Duration.ofMinutes(30);

  @Tag("B2")
  @Test
  void firesDailyAtTwo() {
    assertThat(Crons.nextDue("0 0 2 * * ?", UUID.randomUUID(), Duration.ZERO, EVENING))
        .contains(TWO);
  }

  @Tag("B3")
  @Test
  void spreadsThousandTenantsOfOneExpression() {
    List<Instant> due =
        Stream.generate(UUID::randomUUID)
            .limit(1000)
            .map(tenant -> Crons.nextDue("0 0 2 * * ?", tenant, SPREAD, EVENING).orElseThrow())
            .toList();

    assertThat(due).allMatch(time -> !time.isBefore(TWO) && time.isBefore(TWO.plus(SPREAD)));
    assertThat(due.stream().map(time -> time.getEpochSecond() / 60).distinct().count())
        .isGreaterThan(25);
  }

  @Tag("B3")
  @Test
  void spreadIsStablePerTenantAndSkipsNoFiring() {
    UUID tenant = UUID.randomUUID();
    Instant first = Crons.nextDue("0 0 2 * * ?", tenant, SPREAD, EVENING).orElseThrow();

    assertThat(Crons.nextDue("0 0 2 * * ?", tenant, SPREAD, first))
        .contains(first.plus(Duration.ofDays(1)));
    assertThat(Crons.nextDue("0 0 2 * * ?", tenant, SPREAD, first.minusMillis(1))).contains(first);
  }

  @Tag("B3")
  @Test
  void spreadsFrequentScheduleLess() {
    UUID tenant = UUID.randomUUID();

    Instant due = Crons.nextDue("0 * * * * ?", tenant, SPREAD, EVENING).orElseThrow();

    assertThat(Duration.between(EVENING, due)).isLessThan(Duration.ofSeconds(91));
  }

  @Tag("B2")
  @Test
  void recognizesSchedulesThatNeverFire() {
    assertThat(Crons.fires("0 0 2 * * ?", EVENING)).isTrue();
    assertThat(Crons.fires("0 0 2 1 1 ? 2020", EVENING)).isFalse();
    assertThat(Crons.fires("at night", EVENING)).isFalse();
    assertThat(Crons.fires(null, EVENING)).isFalse();
  }
}
