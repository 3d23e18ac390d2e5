package io.tenantry.kernel.audit;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.runtime.ShutdownOrder;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Records refused requests, so that callers control neither the number nor the content of audit
 * rows. Uses of unknown keys are counted by address, one row for each window. An authenticated
 * caller gets a limited number of different rows in a window; further refusals are only counted.
 */
@Singleton
public class Refusals {

  /** The action of every use of a key that does not exist, whatever was requested with it. */
  public static final String UNKNOWN_KEY = "use of an unknown key";

  private static final String FURTHER = "further refused requests";

  private final AuditSink log;
  private final Config config;
  private final Clock clock;
  private final Map<AuditEntry, Count> counts = new LinkedHashMap<>();
  private final Set<String> addresses = new HashSet<>();
  private final Map<String, Set<AuditEntry>> written = new HashMap<>();

  Refusals(AuditSink log, Config config, Clock clock) {
    this.log = log;
    this.config = config;
    this.clock = clock;
  }

  private record Count(Instant since, long number) {

    Count and(Count other) {
      return new Count(since, number + other.number);
    }
  }

  /** Counts the use of a key that does not exist. */
  public synchronized void unknownKey(Optional<String> address) {
    count(
        new AuditEntry(
            AuditEntry.UNKNOWN,
            UNKNOWN_KEY,
            Optional.empty(),
            address.filter(this::isCounted),
            AuditEntry.Outcome.REFUSED,
            Optional.of(ErrorCode.UNAUTHENTICATED.name()),
            Map.of("reason", "unknown")));
  }

  /** Addresses beyond the limit share one count. */
  private boolean isCounted(String address) {
    return addresses.contains(address)
        || (addresses.size() < config.addresses() && addresses.add(address));
  }

  /** Records a refused request of a known caller, such as the holder of a key. */
  public synchronized void submit(AuditEntry refusal) {
    Set<AuditEntry> own = written.computeIfAbsent(refusal.actor(), actor -> new HashSet<>());
    if (own.contains(refusal) || own.size() < config.rowsPerCaller()) {
      own.add(refusal);
      log.submit(refusal, clock.instant(), 1);
    } else {
      count(
          new AuditEntry(
              refusal.actor(),
              FURTHER,
              refusal.tenants(),
              Optional.empty(),
              AuditEntry.Outcome.REFUSED,
              refusal.code(),
              Map.of()));
    }
  }

  private void count(AuditEntry entry) {
    counts.merge(entry, new Count(clock.instant(), 1), Count::and);
  }

  /** Ends the window and writes its counts. */
  @Scheduled(
      every = "${tenantry.audit.refusals.window:1m}",
      delayed = "${tenantry.audit.refusals.window:1m}")
  @RunOnVirtualThread
  synchronized void endWindow() {
    counts.forEach((entry, count) -> log.submit(entry, count.since(), count.number()));
    counts.clear();
    addresses.clear();
    written.clear();
  }

  void stop(@Observes @Priority(ShutdownOrder.WORKERS) ShutdownEvent stopping) {
    endWindow();
  }

  /** Limits for the rows of refused requests. */
  @ConfigMapping(prefix = "tenantry.audit.refusals")
  interface Config {

    /** How long refusals are counted before they are written as one row. */
    @WithDefault("1m")
    Duration window();

    /** The limit of addresses with a row of their own in a window; further ones share a row. */
    @WithDefault("100")
    int addresses();

    /** The limit of different refused requests of one caller that are written in a window. */
    @WithDefault("20")
    int rowsPerCaller();
  }
}
