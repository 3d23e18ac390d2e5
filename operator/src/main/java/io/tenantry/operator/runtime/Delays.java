package io.tenantry.operator.runtime;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** When objects are reconciled again: with growing delays after failures of Tenantry. */
@Singleton
public final class Delays {

  private static final int MAX_DOUBLINGS = 20;

  private final OperatorConfig config;
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();

  Delays(OperatorConfig config) {
    this.config = config;
  }

  /** The delay after another failure of an object; at least the given one. */
  public Duration afterFailure(String uid, Duration atLeast) {
    int count = failures.merge(uid, 1, Integer::sum);
    Duration delay = config.retryDelay().multipliedBy(1L << Math.min(count - 1, MAX_DOUBLINGS));
    Duration limited = delay.compareTo(config.maxRetryDelay()) < 0 ? delay : config.maxRetryDelay();
    return jittered(limited.compareTo(atLeast) < 0 ? atLeast : limited);
  }

  /** Forgets an object's failures. */
  public void succeeded(String uid) {
    failures.remove(uid);
  }

  /** The delay of an object that waits for a person, or that nothing is wrong with. */
  public Duration resync() {
    return jittered(config.resync());
  }

  /** The delay of a deletion that waits. */
  public Duration deletion() {
    return config.deletionDelay();
  }

  /** The delay while something that takes seconds is in progress. */
  public Duration progress() {
    return config.retryDelay();
  }

  /** Up to a tenth longer, so that objects are not all reconciled at the same time. */
  private static Duration jittered(Duration delay) {
    return delay.plusMillis(ThreadLocalRandom.current().nextLong(1 + delay.toMillis() / 10));
  }
}
