package io.tenantry.kernel.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * Caches a value that changes seldom and is read often, for a short time.
 *
 * @param <T> what is read
 */
public final class CachedValue<T> {

  private final Duration freshness;
  private final Clock clock;
  private final UnaryOperator<T> reading;
  private final AtomicReference<Read<T>> last;

  /**
   * Starts without a cached value.
   *
   * @param before the previous value for the first reading
   * @param freshness how long a value is cached
   * @param reading reads the value, given the previous one
   */
  public CachedValue(T before, Duration freshness, Clock clock, UnaryOperator<T> reading) {
    this.freshness = freshness;
    this.clock = clock;
    this.reading = reading;
    this.last = new AtomicReference<>(new Read<>(before, Instant.MIN));
  }

  private record Read<T>(T value, Instant at) {}

  /** The cached value, or a new reading. */
  public T get() {
    Read<T> former = last.get();
    Instant now = clock.instant();
    if (now.isBefore(former.at().plus(freshness))) {
      return former.value();
    }
    T value = reading.apply(former.value());
    // Not cached if the value was discarded meanwhile, since the reading may be older than that.
    last.compareAndSet(former, new Read<>(value, now));
    return value;
  }

  /** Discards the cached value. */
  public void forget() {
    last.updateAndGet(former -> new Read<>(former.value(), Instant.MIN));
  }
}
