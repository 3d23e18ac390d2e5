package io.tenantry.tenant.usage;

import io.tenantry.kernel.db.DatabaseUnavailable;
import io.tenantry.kernel.db.SqlError;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.function.IntSupplier;
import org.jboss.logging.Logger;

/**
 * Completes the samples once an hour: adds events and backups, which other services count, computes
 * the days, and removes what is past its retention. Every step sets values that it computes from
 * rows, so repeating it changes nothing.
 */
@Singleton
final class RollUp {

  private static final Logger LOG = Logger.getLogger(RollUp.class);

  /** How long the counts of an hour may change, because a replica could not store them. */
  private static final Duration LATE_COUNTS = Duration.ofDays(2);

  private static final int BATCH = 10_000;

  private final RollUpStore store;
  private final UsageConfig config;

  RollUp(RollUpStore store, UsageConfig config) {
    this.store = store;
    this.config = config;
  }

  /** Rolls up the hours before the one in progress, unless that was done. */
  void run(UUID replica, Instant now) {
    try {
      Instant hour = Granularity.HOUR.startOf(now);
      Optional<Instant> last = store.rolledUpTo();
      if (last.isEmpty() || !last.get().equals(hour)) {
        rollUp(replica, last, hour);
      }
    } catch (SamplerStore.LeaseLost e) {
      LOG.infof("roll-up of usage stopped: %s", e.getMessage());
    } catch (DatabaseUnavailable | SqlError e) {
      LOG.warnf("usage could not be rolled up; retrying: %s", e);
    } catch (RuntimeException e) {
      LOG.errorf(e, "usage could not be rolled up; retrying");
    }
  }

  private void rollUp(UUID replica, Optional<Instant> last, Instant hour) {
    // Days of which hours are removed already are not computed again.
    Instant oldest = hour.minus(config.hourlyRetention()).plus(Duration.ofDays(1));
    Instant since = latest(earliest(last.orElse(hour), hour).minus(LATE_COUNTS), oldest);
    store.copyTenants(replica);
    LocalDate end = day(hour.minusNanos(1)).plusDays(1);
    for (LocalDate day = day(since); day.isBefore(end); day = day.plusDays(1)) {
      store.addEvents(replica, RollUpStore.Hours.of(day, hour));
      store.addBackups(replica, RollUpStore.Hours.of(day, hour));
      store.computeDay(replica, day, hour);
    }
    // After a jump of the clock nothing is removed until the next hour has confirmed the time.
    if (last.isPresent() && Duration.between(last.get(), hour).abs().compareTo(LATE_COUNTS) < 0) {
      remove(replica, hour);
    }
    store.setRolledUpTo(replica, hour);
  }

  private void remove(UUID replica, Instant hour) {
    Instant oldestHour = hour.minus(config.hourlyRetention());
    Instant oldestDay = hour.minus(config.dailyRetention());
    repeat(() -> store.removeHours(replica, oldestHour, BATCH));
    repeat(() -> store.removeDays(replica, day(oldestDay), BATCH));
    repeat(() -> store.removeProvisioningHistory(replica, oldestDay, BATCH));
    store.removeTenantsWithoutUsage(replica, oldestDay);
  }

  private static void repeat(IntSupplier removal) {
    int removed;
    do {
      removed = removal.getAsInt();
    } while (removed == BATCH);
  }

  private static LocalDate day(Instant time) {
    return time.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private static Instant earliest(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private static Instant latest(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
