package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.Owner;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits the requests in flight. The endpoints of one owner have a part of them, and so have all
 * endpoints that fail every time or answer slowly, so that they do not hold up the others.
 */
final class RequestLimits {

  private static final int DOUBTFUL_PART = 4;
  private static final int OWNER_PART = 8;
  private static final int LEAST_OF_OWNER = 8;

  /** An answer that takes longer than this part of the timeout is slow. */
  private static final int SLOW_PART = 3;

  /** Deleted endpoints stay in the set, which is emptied when it gets larger. */
  private static final int MOST_SLOW = 10_000;

  private final Semaphore good;
  private final Semaphore doubtful;
  private final int ofOwner;
  private final Duration slowFrom;
  private final Map<Owner, Semaphore> owners = new ConcurrentHashMap<>();
  private final Set<UUID> slow = ConcurrentHashMap.newKeySet();

  RequestLimits(int all, Duration timeout) {
    this.good = new Semaphore(all, true);
    this.doubtful = new Semaphore(doubtful(all), true);
    this.ofOwner = Math.max(LEAST_OF_OWNER, all / OWNER_PART);
    this.slowFrom = timeout.dividedBy(SLOW_PART);
  }

  /** The limit of requests to failing and slow endpoints. */
  static int doubtful(int all) {
    return Math.max(1, all / DOUBTFUL_PART);
  }

  /** What a request to an endpoint needs. */
  Permits of(Endpoint endpoint, boolean failing) {
    return new Permits(
        owners.computeIfAbsent(
            new Owner(endpoint.tenantId()), owner -> new Semaphore(ofOwner, true)),
        failing || slow.contains(endpoint.endpointId()) ? doubtful : good);
  }

  /** Notes how long an endpoint took for its last answer. */
  void note(UUID endpointId, Duration latency) {
    if (latency.compareTo(slowFrom) <= 0) {
      slow.remove(endpointId);
      return;
    }
    if (slow.size() >= MOST_SLOW) {
      slow.clear();
    }
    slow.add(endpointId);
  }

  /** A permit of the owner, without which none is taken from those that all owners share. */
  record Permits(Semaphore ofOwner, Semaphore shared) {

    /**
     * Waits for both.
     *
     * @param remaining how many nanoseconds to wait at most
     * @return false if it took too long
     */
    boolean acquire(LongSupplier remaining) throws InterruptedException {
      if (!ofOwner.tryAcquire(remaining.getAsLong(), TimeUnit.NANOSECONDS)) {
        return false;
      }
      boolean acquired = false;
      try {
        acquired = shared.tryAcquire(remaining.getAsLong(), TimeUnit.NANOSECONDS);
      } finally {
        if (!acquired) {
          ofOwner.release();
        }
      }
      return acquired;
    }

    void release() {
      shared.release();
      ofOwner.release();
    }
  }
}
