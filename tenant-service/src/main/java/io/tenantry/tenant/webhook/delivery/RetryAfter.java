package io.tenantry.tenant.webhook.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads the header {@code Retry-After} (RFC 9110, section 10.2.3). */
final class RetryAfter {

  /** No endpoint stops its queue for longer. */
  static final Duration LONGEST = Duration.ofHours(24);

  private static final Pattern SECONDS = Pattern.compile("[0-9]+");

  /** More digits than this are certainly longer than {@link #LONGEST}, and may not fit a long. */
  private static final int MOST_DIGITS = 9;

  private RetryAfter() {}

  /**
   * When the next request is wanted.
   *
   * @param value a number of seconds, or a date
   * @return never before {@code now}; empty if the value is neither
   */
  static Optional<Instant> parse(String value, Instant now) {
    return time(value.strip(), now)
        .map(time -> time.isBefore(now) ? now : time)
        .map(time -> time.isAfter(now.plus(LONGEST)) ? now.plus(LONGEST) : time);
  }

  private static Optional<Instant> time(String value, Instant now) {
    if (SECONDS.matcher(value).matches()) {
      return Optional.of(
          value.length() > MOST_DIGITS
              ? now.plus(LONGEST)
              : now.plusSeconds(Long.parseLong(value)));
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
