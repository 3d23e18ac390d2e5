package io.tenantry.ingestion.capture;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/** How much of requests not yet answered is in memory: bounded, whatever is sent. */
@Singleton
final class InFlight {

  private final long limit;
  private final AtomicLong bytes = new AtomicLong();

  InFlight(CaptureConfig config, MeterRegistry meters) {
    this.limit = config.maxInFlight().asLongValue();
    Gauge.builder("tenantry.ingestion.in.flight", bytes, AtomicLong::get)
        .description("Bytes of requests that are not answered yet")
        .baseUnit("bytes")
        .register(meters);
  }

  /** Takes room; returns whether there was enough. */
  boolean tryReserve(long size) {
    if (bytes.addAndGet(size) <= limit) {
      return true;
    }
    bytes.addAndGet(-size);
    return false;
  }

  void release(long size) {
    bytes.addAndGet(-size);
  }
}
