package io.tenantry.ingestion.capture;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tenantry.ingestion.event.Event;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;

/** Accepts events: each is given to Kafka once, however often it is sent within the window. */
@Singleton
public final class Capture {

  private final RepetitionWindow window;
  private final EventProducer producer;
  private final Counter accepted;
  private final Counter bytes;
  private final Counter repeated;

  Capture(RepetitionWindow window, EventProducer producer, MeterRegistry meters) {
    this.window = window;
    this.producer = producer;
    this.accepted = meters.counter("tenantry.ingestion.events.accepted");
    this.bytes = meters.counter("tenantry.ingestion.bytes.accepted");
    this.repeated = meters.counter("tenantry.ingestion.events.repeated");
  }

  /**
   * Accepts an event that its sender cannot repeat under the same id.
   *
   * @return completes when Kafka has it for good, on any thread; fails with {@code
   *     KafkaUnavailable} if that cannot be known
   */
  public CompletableFuture<Void> acceptOnce(Event event) {
    return producer
        .send(event)
        .thenRun(
            () -> {
              accepted.increment();
              bytes.increment(event.data().length);
            });
  }

  /** Accepts an event, or finds that it was, or is being, accepted; see {@link #acceptOnce}. */
  public CompletableFuture<Void> accept(Event event) {
    CompletableFuture<Void> acceptance = new CompletableFuture<>();
    return window
        .admit(RepetitionWindow.Key.of(event), acceptance)
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
