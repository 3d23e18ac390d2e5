package io.tenantry.console.session;

import io.tenantry.console.runtime.ConsoleConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Limits failed log-ins of an address to so many within a minute, on each replica. */
@Singleton
final class FailedLogins {

  private static final Duration WINDOW = Duration.ofMinutes(1);

  /** Beyond this, the address that failed longest ago is forgotten. */
  private static final int MOST_ADDRESSES = 10_000;

  private final int limit;
  private final Clock clock;
  private final Map<String, ArrayDeque<Instant>> failures = new LinkedHashMap<>();

  @Inject
  FailedLogins(ConsoleConfig config, Clock clock) {
    this(config.session().failedLogins(), clock);
  }

  FailedLogins(int limit, Clock clock) {
    this.limit = limit;
    this.clock = clock;
  }

  /** How long the address must wait for its next log-in; empty if it need not. */
  synchronized Optional<Duration> delay(String address) {
    ArrayDeque<Instant> times = failures.get(address);
    if (times == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    while (!times.isEmpty() && !times.getFirst().plus(WINDOW).isAfter(now)) {
      times.removeFirst();
    }
    return times.size() < limit
        ? Optional.empty()
        : Optional.of(Duration.between(now, times.getFirst().plus(WINDOW)));
  }

  /** Counts a log-in before its key is checked, so that many at once are limited, too. */
  synchronized void add(String address) {
    ArrayDeque<Instant> times = failures.remove(address);
    if (times == null) {
      times = new ArrayDeque<>();
    }
    times.addLast(clock.instant());
    failures.put(address, times);
    if (failures.size() > MOST_ADDRESSES) {
      failures.remove(failures.keySet().iterator().next());
    }
  }

  /** Takes back what {@link #add} has counted: the log-in did not fail. */
  synchronized void remove(String address) {
    ArrayDeque<Instant> times = failures.get(address);
    if (times != null) {
      times.pollLast();
      if (times.isEmpty()) {
        failures.remove(address);
      }
    }
  }
}
