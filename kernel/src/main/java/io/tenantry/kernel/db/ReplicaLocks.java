package io.tenantry.kernel.db;

import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Locks that all replicas of a service share, for work that takes seconds. They are held in the
 * control database by a transaction that is open as long as the work lasts, so they have
 * connections of their own. With the service's pool, tasks could hold all its connections and each
 * wait for one more.
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

  /** Does the work while it holds the locks, which it takes in this order. */
  public <T> T holding(List<Lock> locks, Supplier<T> work) {
    return holding(locks, timeout -> timeout, work);
  }

  /**
   * Does the work while it holds the locks, which it takes in this order.
   *
   * @param timedOut what to throw if another task holds one of them for longer than a statement may
   *     take
   */
  public <T> T holding(
      List<Lock> locks, Function<SqlError, RuntimeException> timedOut, Supplier<T> work) {
    return new Database(pools.lockPool(), config.patience())
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
