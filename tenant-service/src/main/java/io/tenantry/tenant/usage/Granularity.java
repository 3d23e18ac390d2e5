package io.tenantry.tenant.usage;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** The length of the periods of a series. */
@RegisterForReflection
enum Granularity {
  HOUR(Duration.ofHours(1)),
  DAY(Duration.ofDays(1));

  static final String PATTERN = "hour|day";

  private final Duration length;

  Granularity(Duration length) {
    this.length = length;
  }

  static Granularity of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  Duration length() {
    return length;
  }

  /** The start of the period in UTC that contains a time. */
  Instant startOf(Instant time) {
    long seconds = length.toSeconds();
    return Instant.ofEpochSecond(Math.floorDiv(time.getEpochSecond(), seconds) * seconds);
  }

  /** The start of the first period that starts at a time or after it. */
  Instant startAtOrAfter(Instant time) {
    Instant start = startOf(time);
    return start.equals(time) ? start : start.plus(length);
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
