package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("T23")
class RetryScheduleTest {

  private final RetrySchedule schedule = new RetrySchedule(new Random(1));

  @Test
  void makesFirstAttemptAtOnce() {
    assertThat(RetrySchedule.PAUSES.getFirst()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "1, PT5S",
    "2, PT5M",
    "3, PT30M",
    "4, PT2H",
    "5, PT5H",
    "6, PT10H",
    "7, PT14H",
    "8, PT20H",
    "9, PT24H"
  })
  void pausesAfterEachFailure(int failures, Duration pause) {
    for (int n = 0; n < 100; n++) {
      assertThat(schedule.after(failures).orElseThrow())
          .isBetween(pause, pause.plus(pause.dividedBy(10)));
    }
  }

  @Test
  void endsAfterTenAttempts() {
    assertThat(schedule.after(10)).isEmpty();
  }

  @Test
  void spreadsDeliveriesThatFailedTogether() {
    assertThat(
            RandomGenerator.getDefault()
                .ints(20)
                .mapToObj(seed -> new RetrySchedule(new Random(seed)).after(3))
                .distinct())
        .hasSizeGreaterThan(10);
  }
}
