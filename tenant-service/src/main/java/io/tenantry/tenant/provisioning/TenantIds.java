package io.tenantry.tenant.provisioning;

import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;

/** Generates tenant ids: UUIDs of version 7 (RFC 9562, section 5.7), ordered by creation. */
@Singleton
public final class TenantIds {

  private final Clock clock;
  private final SecureRandom random;

  TenantIds(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** Generates a unique id, ordered after earlier ones. */
  public UUID next() {
    long milliseconds = clock.millis() << 16;
    long version = 0x7000L | random.nextLong() >>> 52;
    long variant = 0x8000_0000_0000_0000L | random.nextLong() >>> 2;
    return new UUID(milliseconds | version, variant);
  }
}
