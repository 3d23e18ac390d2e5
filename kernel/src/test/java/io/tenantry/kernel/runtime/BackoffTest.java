package io.tenantry.kernel.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Pauses grow, and not for ever. */
class BackoffTest {

  private static final Duration LONGEST = Duration.ofSeconds(5);

  @Test
  void pausesDoubleUpToTheLongest() {
    Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), LONGEST);

    assertThat(IntStream.rangeClosed(1, 5).mapToObj(backoff::after))
        .extracting(Duration::toSeconds)
        .containsExactly(1L, 2L, 4L, 5L, 5L);
  }

  @Test
  void afterVeryManyAttemptsTheyAreStillTheLongest() {
    assertThat(Backoff.doubling(Duration.ofMillis(1), LONGEST).after(Integer.MAX_VALUE))
        .isEqualTo(LONGEST);
  }

  @Test
  void limitsFirstPauseToLongest() {
    assertThat(Backoff.doubling(Duration.ofHours(1), LONGEST).after(1)).isEqualTo(LONGEST);
  }

  @Test
  void jitterIsHalfAsLongToHalfAsLongAgain() {
    Backoff backoff = Backoff.doubling(Duration.ofSeconds(1), LONGEST);
    Random random = new Random(7);

    assertThat(IntStream.range(0, 1000).mapToObj(i -> backoff.jittered(2, random)))
        .allSatisfy(
            pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(3)))
        .anySatisfy(pause -> assertThat(pause).isLessThan(Duration.ofMillis(1200)))
        .anySatisfy(pause -> assertThat(pause).isGreaterThan(Duration.ofMillis(2800)));
  }
}
