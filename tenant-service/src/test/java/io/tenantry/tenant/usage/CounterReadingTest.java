package io.tenantry.tenant.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Usage is the difference of two readings of counters that may begin again at any time. */
@Tag("T25")
class CounterReadingTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final Instant TEN = Instant.parse("2026-11-30T10:00:00Z");
  private static final CounterReading BEFORE = reading("a", 0, 100, 20, 30);

  private static CounterReading reading(
      String epoch, long minute, long transactions, long rowsIn, long rowsOut) {
    return new CounterReading(
        TENANT,
        epoch,
        TEN.plusSeconds(60 * minute),
        OptionalLong.of(transactions),
        rowsIn,
        rowsOut);
  }

  @Test
  void firstReadingTellsNothing() {
    assertThat(BEFORE.since(Optional.empty())).isEqualTo(new CounterReading.First());
  }

  @Test
  void countsTheDifferenceOfTwoReadings() {
    assertThat(reading("a", 5, 107, 20, 33).since(Optional.of(BEFORE)))
        .isEqualTo(
            new CounterReading.Advanced(TEN, TEN.plusSeconds(300), OptionalLong.of(7), 0, 3));
  }

  @Test
  void ignoresReadingThatIsNotNewer() {
    assertThat(BEFORE.since(Optional.of(BEFORE))).isEqualTo(new CounterReading.Outdated());
    assertThat(reading("b", -1, 0, 0, 0).since(Optional.of(BEFORE)))
        .isEqualTo(new CounterReading.Outdated());
  }

  @Test
  void countsNothingOverNewEpoch() {
    assertThat(reading("b", 5, 5000, 5000, 5000).since(Optional.of(BEFORE)))
        .isEqualTo(new CounterReading.Restarted());
  }

  @Test
  void countsNothingIfOneCounterIsLower() {
    assertThat(reading("a", 5, 99, 20, 30).since(Optional.of(BEFORE)))
        .isEqualTo(new CounterReading.Restarted());
    assertThat(reading("a", 5, 100, 19, 30).since(Optional.of(BEFORE)))
        .isEqualTo(new CounterReading.Restarted());
    assertThat(reading("a", 5, 100, 20, 29).since(Optional.of(BEFORE)))
        .isEqualTo(new CounterReading.Restarted());
  }

  @Test
  void knowsNoTransactionsOfTenantInSharedDatabase() {
    CounterReading shared = new CounterReading(TENANT, "a", TEN, OptionalLong.empty(), 1, 2);
    CounterReading later =
        new CounterReading(TENANT, "a", TEN.plusSeconds(1), OptionalLong.empty(), 4, 2);

    assertThat(later.since(Optional.of(shared)))
        .isEqualTo(
            new CounterReading.Advanced(TEN, TEN.plusSeconds(1), OptionalLong.empty(), 3, 0));
  }
}
