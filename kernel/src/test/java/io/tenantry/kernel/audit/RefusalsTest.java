package io.tenantry.kernel.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callers decide neither how many audit rows there are nor what is in them. */
@Tag("F24")
@Tag("P13")
class RefusalsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:44:07Z");

  private final List<Row> rows = new ArrayList<>();
  private final Refusals refusals =
      new Refusals(
          (entry, at, count) -> rows.add(new Row(entry, at, count)),
          new Limits(),
          Clock.fixed(NOW, ZoneOffset.UTC));

  private record Row(AuditEntry entry, Instant at, long count) {}

  private record Limits() implements Refusals.Config {
    @Override
    public Duration window() {
      return Duration.ofMinutes(1);
    }

    @Override
    public int addresses() {
      return 2;
    }

    @Override
    public int rowsPerCaller() {
      return 3;
    }
  }

  private static AuditEntry refusal(String actor, String action) {
    return new AuditEntry(
        actor,
        action,
        Optional.empty(),
        Optional.of("10.0.0.1"),
        AuditEntry.Outcome.REFUSED,
        Optional.of("UNAUTHENTICATED"),
        Map.of());
  }

  @Test
  void countsUnknownKeysByAddress() {
    for (int n = 0; n < 300; n++) {
      refusals.unknownKey(Optional.of("10.0.0.1"));
    }
    refusals.unknownKey(Optional.of("10.0.0.2"));
    assertThat(rows).isEmpty();

    refusals.endWindow();

    assertThat(rows).extracting(Row::count).containsExactly(300L, 1L);
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.entry().action()).isEqualTo(Refusals.UNKNOWN_KEY);
              assertThat(row.entry().actor()).isEqualTo(AuditEntry.UNKNOWN);
              assertThat(row.at()).isEqualTo(NOW);
            });
    assertThat(rows)
        .extracting(row -> row.entry().source())
        .containsExactly(Optional.of("10.0.0.1"), Optional.of("10.0.0.2"));
  }

  @Test
  void countsAddressesBeyondTheLimitTogether() {
    for (int n = 0; n < 50; n++) {
      refusals.unknownKey(Optional.of("10.0.0." + n));
    }

    refusals.endWindow();

    assertThat(rows).extracting(Row::count).containsExactly(1L, 1L, 48L);
    assertThat(rows.getLast().entry().source()).isEmpty();
  }

  @Test
  void startsEachWindowWithoutAddresses() {
    refusals.unknownKey(Optional.of("10.0.0.1"));
    refusals.unknownKey(Optional.of("10.0.0.2"));
    refusals.endWindow();
    refusals.unknownKey(Optional.of("10.0.0.3"));
    refusals.endWindow();
    refusals.endWindow();

    assertThat(rows).hasSize(3);
    assertThat(rows.getLast().entry().source()).contains("10.0.0.3");
  }

  @Test
  void writesAKnownCallersRefusalsAtOnceUpToALimitOfDifferentOnes() {
    String caller = AuditEntry.ofKey(UUID.randomUUID());
    for (int n = 0; n < 100; n++) {
      refusals.submit(refusal(caller, "GET /" + n));
    }
    refusals.submit(refusal(caller, "GET /1"));
    refusals.submit(refusal("api_key:other", "GET /of-another"));

    assertThat(rows)
        .extracting(row -> row.entry().action())
        .containsExactly("GET /0", "GET /1", "GET /2", "GET /1", "GET /of-another");
    refusals.endWindow();
    assertThat(rows).hasSize(6);
    assertThat(rows.getLast().count()).isEqualTo(97);
    assertThat(rows.getLast().entry().actor()).isEqualTo(caller);
    assertThat(rows.getLast().entry().action()).doesNotContain("/");
  }
}
