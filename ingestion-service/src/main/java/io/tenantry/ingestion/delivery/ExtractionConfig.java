package io.tenantry.ingestion.delivery;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** Moving events into tenants' databases. Public, or its constraints could not be checked. */
@ConfigMapping(prefix = "tenantry.extraction")
public interface ExtractionConfig {

  /** Whether this replica does it; one that does not only takes events in. */
  @WithDefault("true")
  boolean enabled();

  /** How many events are read from Kafka at once. */
  @WithDefault("2000")
  @Positive
  int batchSize();

  /** The most that one statement stores in a tenant's database. */
  @WithDefault("4M")
  MemorySize statementSize();

  /** How many tenants' databases are written at once. */
  @WithDefault("16")
  @Positive
  int parallelism();

  /** How often an event that a tenant's database refuses is tried before it is a dead letter. */
  @WithDefault("3")
  @Positive
  int attempts();

  /** The pause between such attempts. */
  @WithDefault("50ms")
  Duration attemptDelay();

  /** How long a tenant's database may take before it counts as away. */
  @WithDefault("3s")
  Duration patience();

  /** How long to wait before a tenant's database that was away is tried again; then doubled. */
  @WithDefault("500ms")
  Duration retryDelay();

  /** The longest such wait. */
  @WithDefault("15s")
  Duration maxRetryDelay();

  Connections connections();

  /** Connections to tenants' databases: one a tenant at most, opened when it is needed. */
  interface Connections {

    /** How many there are at most, over all tenants. */
    @WithDefault("64")
    @Positive
    int limit();

    /** After how long without use one is closed. */
    @WithDefault("1m")
    Duration idleTimeout();
  }
}
