package io.tenantry.kernel.db;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Locks across all replicas of a service, for work that takes seconds. A lock is held by a
 * transaction in the control database that stays open during the work, so locks have a connection
 * pool of their own: in the service's pool, tasks could hold all connections while each waits for
 * one more.
 */
@Singleton
public final class ReplicaLocks {

  private static final String QUERY_CANCELED = "57014";

  private final ControlDatabasePool pools;
  private final ControlDatabase.Config config;

  ReplicaLocks(ControlDatabasePool pools, ControlDatabase.Config config) {
    this.pools = pools;
    this.config = config;
  }

  /** A lock that one task holds at a time, or several tasks if each of them shares it. */
  public record Lock(String key, boolean shared) {

    public static Lock exclusive(String key) {
      return new Lock(key, false);
    }

    public static Lock shared(String key) {
      return new Lock(key, true);
    }
  }

  /** Runs the work while holding the locks, which are taken in this order. */
  public <T> T holding(List<Lock> locks, Supplier<T> work) {
    return holding(locks, timeout -> timeout, work);
  }

  /**
   * Runs the work while holding the locks, which are taken in this order.
   *
   * @param timedOut the exception to throw if another task holds a lock beyond the statement
   *     timeout
   */
  public <T> T holding(
      List<Lock> locks, Function<SqlError, RuntimeException> timedOut, Supplier<T> work) {
    return new Database(pools.lockPool(), config.timeout())
        .inTransaction(
            sql -> {
              locks.forEach(lock -> obtain(sql, lock, timedOut));
              return work.get();
            });
  }

  private static void obtain(Sql sql, Lock lock, Function<SqlError, RuntimeException> timedOut) {
    try {
      sql.run(
          lock.shared()
              ? "SELECT pg_advisory_xact_lock_shared(hashtext($1))"
              : "SELECT pg_advisory_xact_lock(hashtext($1))",
          lock.key());
    } catch (SqlError e) {
      throw e.sqlState().equals(QUERY_CANCELED) ? timedOut.apply(e) : e;
    }
  }
}
