package io.tenantry.kernel.http;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters for a period of days in UTC.
 *
 * @param from the first day; null for the default
 * @param to the day after the last one; null for tomorrow
 */
@RegisterForReflection
public record DaysRequest(
    @Schema(
            description =
                "The first day in UTC, such as 2026-11-01; by default some days before the end")
        @RestQuery
        @Nullable String from,
    @Schema(
            description =
                "The day after the last one; by default tomorrow, so that today is included. A"
                    + " period has at most 400 days.")
        @RestQuery
        @Nullable String to) {

  /** The longest period. */
  public static final int MOST_DAYS = 400;

  /**
   * The days, today included by default.
   *
   * @param defaultDays the length of a period whose first day is not given
   * @throws InvalidRequest if a day is invalid, or the period is empty or too long
   */
  public Days days(int defaultDays, Instant now) {
    List<FieldError> errors = new ArrayList<>();
    Optional<LocalDate> first = day("from", from, errors);
    LocalDate end =
        day("to", to, errors)
            .orElseGet(() -> now.atOffset(ZoneOffset.UTC).toLocalDate().plusDays(1));
    if (!errors.isEmpty()) {
      throw new InvalidRequest(errors);
    }
    Days days = new Days(first.orElseGet(() -> end.minusDays(defaultDays)), end);
    if (!days.from().isBefore(end)) {
      throw new InvalidRequest("from", "must be before the end of the period");
    }
    if (days.from().plusDays(MOST_DAYS).isBefore(end)) {
      throw new InvalidRequest(
          "from", "must be at most %d days before the end".formatted(MOST_DAYS));
    }
    return days;
  }

  private static Optional<LocalDate> day(
      String field, @Nullable String text, List<FieldError> errors) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      LocalDate day = LocalDate.parse(text);
      if (day.getYear() >= 1970 && day.getYear() <= 9998) {
        return Optional.of(day);
      }
    } catch (DateTimeException e) {
      // Reported below, like a year out of range.
    }
    errors.add(new FieldError(field, "must be a day, such as 2026-11-01"));
    return Optional.empty();
  }

  /** Days in UTC, without the last one. */
  public record Days(LocalDate from, LocalDate to) {

    /** The start of the first day. */
    public Instant start() {
      return from.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The end of the last day. */
    public Instant end() {
      return to.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
  }
}
