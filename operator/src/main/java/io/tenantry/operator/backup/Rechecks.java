package io.tenantry.operator.backup;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When completed backups are looked at again: once a day, spread over the day also after a restart
 * of the operator, so that many objects are no storm of requests.
 */
@Singleton
final class Rechecks {

  private static final Duration INTERVAL = Duration.ofDays(1);

  private final Set<String> scheduled = ConcurrentHashMap.newKeySet();

  /** Whether an object's next check, which was scheduled before, is due. */
  boolean isDue(String uid) {
    return scheduled.contains(uid);
  }

  /** Schedules the next check of an object; returns the delay. */
  Duration schedule(String uid) {
    return scheduled.add(uid)
        ? Duration.ofMillis(ThreadLocalRandom.current().nextLong(INTERVAL.toMillis()))
        : INTERVAL;
  }

  /** Forgets an object. */
  void forget(String uid) {
    scheduled.remove(uid);
  }
}
