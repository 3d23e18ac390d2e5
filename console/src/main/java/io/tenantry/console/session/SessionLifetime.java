package io.tenantry.console.session;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.console.runtime.ConsoleConfig;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How long a session lasts: an upper limit, whatever is configured. */
@Singleton
final class SessionLifetime {

  /** The longest lifetime; ends of sessions are kept longer. */
  static final Duration LONGEST = Duration.ofDays(7);

  private final Duration lifetime;

  SessionLifetime(ConsoleConfig config) {
    this.lifetime = config.session().lifetime();
    if (!lifetime.isPositive() || lifetime.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          "CONSOLE_SESSION_LIFETIME must be between 1s and " + LONGEST.toDays() + "d");
    }
  }

  Duration value() {
    return lifetime;
  }
}
