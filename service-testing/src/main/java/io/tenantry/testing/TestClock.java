package io.tenantry.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that only moves when a test moves it. */
public final class TestClock extends Clock {

  private Instant now;

  /** Starts at this time. */
  public TestClock(Instant start) {
    now = start;
  }

  /** Starts at the beginning of 2026. */
  public TestClock() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** Moves the clock on. */
  public synchronized void advance(Duration time) {
    now = now.plus(time);
  }

  /** Sets the clock. */
  public synchronized void moveTo(Instant time) {
    now = time;
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
