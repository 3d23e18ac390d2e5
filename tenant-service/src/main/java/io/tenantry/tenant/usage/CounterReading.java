package io.tenantry.tenant.usage;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * A tenant's counters in PostgreSQL, as read once.
 *
 * @param epoch of the counters: cluster, timeline, database and reset; counters of two epochs have
 *     no difference
 * @param transactions empty if they cannot be attributed to the tenant
 */
record CounterReading(
    UUID tenantId, String epoch, Instant at, OptionalLong transactions, long rowsIn, long rowsOut) {

  /** What a reading tells in addition to the one before. */
  sealed interface Change {}

  /** The first reading: what happened before is unknown. */
  record First() implements Change {}

  /** The counters began again; what happened between the two readings is unknown. */
  record Restarted() implements Change {}

  /** The reading is not newer than the one before, and tells nothing. */
  record Outdated() implements Change {}

  /** What happened between the two readings. */
  record Advanced(Instant from, Instant to, OptionalLong transactions, long rowsIn, long rowsOut)
      implements Change {}

  /** Compares this reading with the one before. */
  Change since(Optional<CounterReading> previous) {
    if (previous.isEmpty()) {
      return new First();
    }
    CounterReading before = previous.get();
    if (!at.isAfter(before.at)) {
      return new Outdated();
    }
    if (!epoch.equals(before.epoch)
        || rowsIn < before.rowsIn
        || rowsOut < before.rowsOut
        || transactions.orElse(0) < before.transactions.orElse(0)) {
      return new Restarted();
    }
    return new Advanced(
        before.at,
        at,
        transactions.isPresent() && before.transactions.isPresent()
            ? OptionalLong.of(transactions.getAsLong() - before.transactions.getAsLong())
            : OptionalLong.empty(),
        rowsIn - before.rowsIn,
        rowsOut - before.rowsOut);
  }
}
