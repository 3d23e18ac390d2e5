package io.tenantry.tenant.usage;

import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.DaysRequest;
import io.tenantry.kernel.http.DaysRequest.Days;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads periods from query parameters. Days are in UTC. */
final class UsagePeriods {

  private static final Duration MOST_HOURS = Duration.ofDays(31);

  private UsagePeriods() {}

  /** A period of time, without its end. */
  record Times(Instant from, Instant to) {}

  /** The hours or days of a series; by default the last 24 hours, or the last 30 days. */
  static Times series(
      Granularity granularity, @Nullable String from, @Nullable String to, Instant now) {
    boolean hours = granularity == Granularity.HOUR;
    List<FieldError> errors = new ArrayList<>();
    Optional<Instant> end = time("to", to, errors);
    Optional<Instant> start = time("from", from, errors);
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    Instant last = granularity.startAtOrAfter(end.orElse(now));
    Instant first =
        granularity.startOf(
            start.orElse(last.minus(hours ? Duration.ofDays(1) : Duration.ofDays(30))));
    Duration most = hours ? MOST_HOURS : Duration.ofDays(DaysRequest.MOST_DAYS);
    if (!first.isBefore(last)) {
      throw new InvalidRequest("from", "must be before the end of the period");
    }
    if (Duration.between(first, last).compareTo(most) > 0) {
      throw new InvalidRequest(
          "from", "must be at most %d days before the end".formatted(most.toDays()));
    }
    return new Times(first, last);
  }

  /** The days of a month. */
  static Days month(String text) {
    try {
      YearMonth month = YearMonth.parse(text);
      if (month.getYear() >= 1970 && month.getYear() <= 9998) {
        return new Days(month.atDay(1), month.plusMonths(1).atDay(1));
      }
    } catch (DateTimeException e) {
      // Reported below, like a year out of range.
    }
    throw new InvalidRequest("month", "must be a month, such as 2026-11");
  }

  /** A date means its start in UTC. */
  private static Optional<Instant> time(
      String field, @Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      OffsetDateTime time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay().atOffset(ZoneOffset.UTC)
              : OffsetDateTime.parse(text);
      if (time.getYear() >= 1970 && time.getYear() <= 9998) {
        return Optional.of(time.toInstant());
      }
    } catch (DateTimeException e) {
      // Reported below, like a year out of range.
    }
    errors.add(new FieldError(field, "must be a date or an RFC 3339 timestamp"));
    return Optional.empty();
  }
}
