package io.tenantry.kernel.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * What changes seldom and is asked for often: remembered for a moment after it was read.
 *
 * @param <T> what is read
 */
public final class Recent<T> {

  private final Duration freshness;
  private final Clock clock;
  private final UnaryOperator<T> reading;
  private final AtomicReference<Read<T>> last;

  /**
   * Remembers nothing yet.
   *
   * @param before what the first reading is given
   * @param freshness how long it is remembered
   * @param reading reads it, given what was read last
   */
  public Recent(T before, Duration freshness, Clock clock, UnaryOperator<T> reading) {
    this.freshness = freshness;
    this.clock = clock;
    this.reading = reading;
    this.last = new AtomicReference<>(new Read<>(before, Instant.MIN));
  }

  private record Read<T>(T value, Instant at) {}

  /** What was read a moment ago, or is read now. */
  public T get() {
    Read<T> former = last.get();
    Instant now = clock.instant();
    if (now.isBefore(former.at().plus(freshness))) {
      return former.value();
    }
    T value = reading.apply(former.value());
    // Not if it was to be forgotten meanwhile: that reading may have come too early.
    last.compareAndSet(former, new Read<>(value, now));
    return value;
  }

  /** Has it read again when it is asked for next. */
  public void forget() {
    last.updateAndGet(former -> new Read<>(former.value(), Instant.MIN));
  }
}
