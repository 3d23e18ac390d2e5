package io.tenantry.ingestion.capture;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** Taking events in. Public, or its constraints could not be checked. */
@ConfigMapping(prefix = "tenantry.capture")
public interface CaptureConfig {

  /** The largest data of one event. */
  @WithDefault("512K")
  MemorySize maxEventSize();

  /** The largest body of a webhook, unpacked; media come in it as base64. */
  @WithDefault("3M")
  MemorySize maxWebhookSize();

  /**
   * The largest body of a request with events, unpacked. The server itself cuts off what is larger
   * than 10 MiB.
   */
  @WithDefault("8M")
  MemorySize maxBodySize();

  /** The most events that one request may have. */
  @WithDefault("1000")
  @Positive
  @Max(10_000)
  int maxBatch();

  /** How long an event's id is remembered, at least, so that a repetition is not sent again. */
  @WithDefault("10m")
  Duration repetitionWindow();

  /** After so many events the window is shorter, so that memory has a bound. */
  @WithDefault("200000")
  @Positive
  int repetitionWindowEvents();

  Producer producer();

  /** How events are given to Kafka. */
  interface Producer {

    /** How long the brokers may take to acknowledge before the sender is told 503. */
    @WithDefault("10s")
    Duration deliveryTimeout();

    /** How long to wait for more events to go in one request to the broker. */
    @WithDefault("2ms")
    Duration linger();

    /** How much is sent to one partition at once. */
    @WithDefault("256K")
    MemorySize batchSize();

    /** How much may wait for the broker; beyond it requests get 503. */
    @WithDefault("64M")
    MemorySize bufferMemory();
  }
}
