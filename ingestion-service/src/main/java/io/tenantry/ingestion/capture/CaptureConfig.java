package io.tenantry.ingestion.capture;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** Settings for accepting events. Public, so that Hibernate Validator can check its constraints. */
@ConfigMapping(prefix = "tenantry.capture")
public interface CaptureConfig {

  /** Maximum size of the data of one event. */
  @WithDefault("512K")
  MemorySize maxEventSize();

  /** Maximum size of a webhook body, decompressed; it may contain media in base64. */
  @WithDefault("3M")
  MemorySize maxWebhookSize();

  /**
   * Maximum size of the body of a request with events, decompressed. The server refuses bodies of
   * more than 10 MiB.
   */
  @WithDefault("8M")
  MemorySize maxBodySize();

  /** Maximum number of events per request. */
  @WithDefault("1000")
  @Positive
  @Max(10_000)
  int maxBatch();

  /**
   * Minimum time for which an event's id is remembered, so that a repeated event is not written
   * again.
   */
  @WithDefault("10m")
  Duration repetitionWindow();

  /** Number of events after which the window is shortened, to limit memory. */
  @WithDefault("200000")
  @Positive
  int repetitionWindowEvents();

  Producer producer();

  /** Settings of the Kafka producer of events. */
  interface Producer {

    /** Timeout for the brokers' acknowledgement; after it, the sender gets 503. */
    @WithDefault("10s")
    Duration deliveryTimeout();

    /** Time to wait for more events for the same request to the broker. */
    @WithDefault("2ms")
    Duration linger();

    /** Maximum size of a batch for one partition. */
    @WithDefault("256K")
    MemorySize batchSize();

    /** Maximum size of events waiting for the broker; further requests get 503. */
    @WithDefault("64M")
    MemorySize bufferMemory();
  }
}
