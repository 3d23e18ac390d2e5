package io.tenantry.ingestion.capture;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.usage.UsageCounts;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/** Accepts events. An event that is sent again within the window is not written to Kafka again. */
@Singleton
public final class Capture {

  private final RepetitionWindow window;
  private final EventProducer producer;
  private final UsageCounts usage;
  private final Counter accepted;
  private final Counter bytes;
  private final Counter repeated;

  Capture(
      RepetitionWindow window, EventProducer producer, UsageCounts usage, MeterRegistry meters) {
    this.window = window;
    this.producer = producer;
    this.usage = usage;
    this.accepted = meters.counter("tenantry.ingestion.events.accepted");
    this.bytes = meters.counter("tenantry.ingestion.bytes.accepted");
    this.repeated = meters.counter("tenantry.ingestion.events.repeated");
  }

  /**
   * Accepts an event whose id the sender does not know, so that it cannot be sent again under the
   * same id.
   *
   * @return completes on any thread when all in-sync replicas have the event; fails with {@code
   *     KafkaUnavailable} if they do not acknowledge it
   */
  public CompletableFuture<Void> acceptOnce(Event event) {
    return producer
        .send(event)
        .thenRun(
            () -> {
              accepted.increment();
              bytes.increment(event.data().length);
              usage.captured(event.tenantId(), event.data().length);
            });
  }

  /**
   * Accepts an event unless it was accepted, or is being accepted, already; see {@link
   * #acceptOnce}.
   */
  public CompletableFuture<Void> accept(Event event) {
    CompletableFuture<Void> acceptance = new CompletableFuture<>();
    return window
        .register(RepetitionWindow.Key.of(event), acceptance)
        .map(
            before -> {
              repeated.increment();
              return before;
            })
        .orElseGet(
            () -> {
              CompletableFuture<Void> unused =
                  acceptOnce(event)
                      .whenComplete(
                          (done, failure) -> {
                            if (failure == null) {
                              acceptance.complete(null);
                            } else {
                              acceptance.completeExceptionally(failure);
                            }
                          });
              return acceptance;
            });
  }
}
