package io.tenantry.backup.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.campaign.Campaign.Status;
import io.tenantry.backup.campaign.CampaignProgress.Step;
import io.tenantry.backup.campaign.CampaignProgress.Tenants;
import io.tenantry.backup.campaign.CampaignProgress.Tolerance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CampaignProgressTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Tolerance FIVE_PERCENT = new Tolerance(Optional.empty(), 0.05);

  @Test
  void haltsWhenOneCanaryFails() {
    assertThat(progress(0, FIVE_PERCENT, new Tenants(10, 0, 0, 1, 90, 100)).next())
        .isEqualTo(new Step.Halt("A canary failed."));
  }

  @ParameterizedTest(name = "{0} of {1} failed, {2} may")
  @CsvSource({"5, 100, 0.05", "0, 100, 0", "1, 1, 1", "-2, 100, 0"})
  void continuesWithFailuresUpToRate(long failed, long reached, double rate) {
    Tolerance tolerance = new Tolerance(Optional.empty(), rate);

    assertThat(progress(1, tolerance, new Tenants(reached, 1, 0, failed, 1, reached)).next())
        .isEqualTo(new Step.Migrate());
  }

  @ParameterizedTest(name = "{0} of {1} failed, {2} may")
  @CsvSource({"6, 100, 0.05", "1, 100, 0", "1, 19, 0.05"})
  void haltsAboveFailureRate(long failed, long reached, double rate) {
    Tolerance tolerance = new Tolerance(Optional.empty(), rate);

    assertThat(progress(1, tolerance, new Tenants(reached, 1, 0, failed, 1, reached)).next())
        .isEqualTo(new Step.Halt("%d of %d tenants failed.".formatted(failed, reached)));
  }

  @Test
  void haltsAtFailureCountAtAnyRate() {
    Tolerance tolerance = new Tolerance(Optional.of(3), 1);

    assertThat(progress(1, tolerance, new Tenants(100, 1, 0, 2, 1, 100)).next())
        .isEqualTo(new Step.Migrate());
    assertThat(progress(1, tolerance, new Tenants(100, 1, 0, 3, 1, 100)).next())
        .isEqualTo(new Step.Halt("3 tenants failed."));
  }

  @Test
  void haltsBeforeNextWaveStarts() {
    assertThat(progress(1, FIVE_PERCENT, new Tenants(10, 0, 0, 9, 90, 100)).next())
        .isInstanceOf(Step.Halt.class);
  }

  @Test
  void startsNextWaveOnceAllOfCurrentOneWereTried() {
    assertThat(progress(1, FIVE_PERCENT, new Tenants(10, 1, 0, 0, 91, 100)).next())
        .isEqualTo(new Step.Migrate());
    assertThat(progress(1, FIVE_PERCENT, new Tenants(10, 0, 3, 0, 93, 100)).next())
        .isEqualTo(new Step.NextWave(2));
  }

  @Test
  void waitsForCanariesThatAreRetried() {
    assertThat(progress(0, FIVE_PERCENT, new Tenants(10, 0, 1, 0, 91, 100)).next())
        .isEqualTo(new Step.Migrate());
    assertThat(progress(0, FIVE_PERCENT, new Tenants(10, 0, 0, 0, 90, 100)).next())
        .isEqualTo(new Step.NextWave(1));
  }

  @Test
  void startsNoWaveAfterLast() {
    assertThat(progress(2, FIVE_PERCENT, new Tenants(100, 0, 0, 0, 0, 100)).next())
        .isEqualTo(new Step.Migrate());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RUNNING")
  void startsNothingUnlessItRuns(Status status) {
    CampaignProgress progress =
        new CampaignProgress(
            status,
            UUID.randomUUID(),
            0,
            2,
            FIVE_PERCENT,
            new Tenants(10, 0, 0, 1, 90, 100),
            Optional.empty());

    assertThat(progress.next()).isEqualTo(new Step.Finish());
  }

  @Test
  void pausesUntilNextAttemptUpToLimit() {
    assertThat(pause(Optional.of(NOW.plusSeconds(2)))).isEqualTo(Duration.ofSeconds(2));
    assertThat(pause(Optional.of(NOW.plusSeconds(60)))).isEqualTo(LONGEST);
    assertThat(pause(Optional.of(NOW.minusSeconds(1)))).isEqualTo(Duration.ZERO);
    assertThat(pause(Optional.empty())).isEqualTo(LONGEST);
  }

  private static Duration pause(Optional<Instant> nextAttemptAt) {
    return new CampaignProgress(
            Status.RUNNING,
            UUID.randomUUID(),
            1,
            1,
            FIVE_PERCENT,
            new Tenants(10, 0, 1, 0, 1, 10),
            nextAttemptAt)
        .pause(NOW, LONGEST);
  }

  private static CampaignProgress progress(int wave, Tolerance tolerance, Tenants tenants) {
    return new CampaignProgress(
        Status.RUNNING, UUID.randomUUID(), wave, 2, tolerance, tenants, Optional.empty());
  }
}
