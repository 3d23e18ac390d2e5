package io.tenantry.tenant.webhook.delivery;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that only moves when a test moves it. */
final class MovedClock extends Clock {

  private Instant now = Instant.parse("2027-01-31T12:00:00Z");

  synchronized void forward(Duration time) {
    now = now.plus(time);
  }

  synchronized void moveTo(Instant time) {
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
