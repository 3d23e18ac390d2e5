package io.tenantry.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The figures mean what they say. */
class MeasurementTest {

  private final Measurement hundred =
      new Measurement(
          LongStream.rangeClosed(1, 100).mapToObj(i -> (101 - i) * 1_000_000).toList(),
          Duration.ofSeconds(4));

  @Test
  void percentilesAreByNearestRankInMilliseconds() {
    assertThat(hundred.percentile(0.5)).isEqualTo(50);
    assertThat(hundred.percentile(0.95)).isEqualTo(95);
    assertThat(hundred.percentile(1)).isEqualTo(100);
  }

  @Test
  void theRateIsOperationsASecond() {
    assertThat(hundred.rate()).isEqualTo(25);
  }

  @Test
  void aLoadRunsEachOperationOnceAndPassesFailuresOn() throws Exception {
    AtomicInteger ran = new AtomicInteger();

    assertThat(Load.run(20, 4, worker -> ran.incrementAndGet()).nanos()).hasSize(20);

    assertThat(ran).hasValue(20);
  }
}
