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
 * Records refused requests, so that a caller decides neither how many rows of the audit log there
 * are nor what is in them. Uses of unknown keys are counted by address: one row for each window. A
 * caller that is known has a limited number of different rows in a window; further ones are
 * counted.
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

  /** Addresses beyond the limit are counted together, without their names. */
  private boolean isCounted(String address) {
    return addresses.contains(address)
        || (addresses.size() < config.addresses() && addresses.add(address));
  }

  /** Records a request that was refused to a caller that is known, such as a key's holder. */
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

  /** Ends the window: what was counted in it is written. */
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

  /** Rows of refused requests. */
  @ConfigMapping(prefix = "tenantry.audit.refusals")
  interface Config {

    /** How long refusals are counted before they are written as one row. */
    @WithDefault("1m")
    Duration window();

    /** How many addresses have rows of their own in a window; further ones share one. */
    @WithDefault("100")
    int addresses();

    /** How many different refused requests of one caller are written in a window. */
    @WithDefault("20")
    int rowsPerCaller();
  }
}
