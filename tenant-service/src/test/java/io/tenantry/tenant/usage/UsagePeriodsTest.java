package io.tenantry.tenant.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.DaysRequest;
import io.tenantry.kernel.http.DaysRequest.Days;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The periods of requests, and the lines of the export. */
@Tag("T25")
class UsagePeriodsTest {

  private static final Instant NOW = Instant.parse("2026-11-30T10:20:00Z");

  @Test
  void ofHoursIsTheLastDayByDefault() {
    assertThat(UsagePeriods.series(Granularity.HOUR, null, null, NOW))
        .isEqualTo(
            new UsagePeriods.Times(
                Instant.parse("2026-11-29T11:00:00Z"), Instant.parse("2026-11-30T11:00:00Z")));
  }

  @Test
  void ofDaysReadsDatesAndRoundsTimes() {
    assertThat(UsagePeriods.series(Granularity.DAY, "2026-11-01", "2026-11-03T00:30:00+01:00", NOW))
        .isEqualTo(
            new UsagePeriods.Times(
                Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-11-03T00:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource({
    "yesterday, , from",
    ", 2026-13-01, to",
    "2026-11-30, 2026-11-29, from",
    "2026-09-01, 2026-11-29, from",
    "1960-01-01, , from",
  })
  void refusesInvalidPeriods(String from, String to, String field) {
    assertThatThrownBy(() -> UsagePeriods.series(Granularity.HOUR, from, to, NOW))
        .isInstanceOfSatisfying(
            InvalidRequest.class, e -> assertThat(e.errors().getFirst().field()).isEqualTo(field));
  }

  @Test
  void includesToday() {
    assertThat(new DaysRequest(null, null).days(7, NOW))
        .isEqualTo(new Days(LocalDate.parse("2026-11-24"), LocalDate.parse("2026-12-01")));
  }

  @ParameterizedTest
  @CsvSource({"2026-11-31, ", "2026-11-02, 2026-11-02", "2025-01-01, 2026-11-02", "1, 2"})
  void refusesInvalidDays(String from, String to) {
    assertThatThrownBy(() -> new DaysRequest(from, to).days(7, NOW))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void ofMonthEndsWithTheFirstDayOfTheNext() {
    assertThat(UsagePeriods.month("2026-12"))
        .isEqualTo(new Days(LocalDate.parse("2026-12-01"), LocalDate.parse("2027-01-01")));
    assertThatThrownBy(() -> UsagePeriods.month("2026-13")).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void quotesWhatCsvRequires() {
    assertThat(
            MonthlyUsage.csv(
                new ObjectMapper()
                    .createObjectNode()
                    .put("month", "2026-11")
                    .put("external_id", "a,\"b\"")
                    .put("backup_bytes", 7)))
        .isEqualTo("2026-11,,,\"a,\"\"b\"\"\"" + ",".repeat(23) + "7");
  }
}
