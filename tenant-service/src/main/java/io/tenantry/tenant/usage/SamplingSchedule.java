package io.tenantry.tenant.usage;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Spreads the measurements of tenants over the hour. Each tenant has a fixed minute, so that its
 * measurements are an hour apart; the end of the hour is left for repeated attempts.
 */
final class SamplingSchedule {

  private static final Duration SPREAD = Duration.ofMinutes(45);

  private SamplingSchedule() {}

  /** When the tenant is measured in an hour. */
  static Instant dueAt(UUID tenantId, Instant hour) {
    // The random bits; those before are the time of the tenant's creation.
    long bits = tenantId.getLeastSignificantBits();
    return hour.plusMillis(Math.floorMod(bits ^ (bits >>> 32), SPREAD.toMillis()));
  }
}
