package io.tenantry.ingestion.delivery;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/**
 * Settings of the extraction worker. Public, so that Hibernate Validator can check its constraints.
 */
@ConfigMapping(prefix = "tenantry.extraction")
public interface ExtractionConfig {

  /**
   * Whether this replica delivers events to tenants' databases; one that does not only accepts
   * them.
   */
  @WithDefault("true")
  boolean enabled();

  /** Maximum number of events per poll. */
  @WithDefault("2000")
  @Positive
  int batchSize();

  /** Maximum size of the events that one INSERT statement stores in a tenant's database. */
  @WithDefault("4M")
  MemorySize statementSize();

  /** Maximum number of tenants' databases written to in parallel. */
  @WithDefault("16")
  @Positive
  int parallelism();

  /** Number of attempts before an event that a tenant's database rejects is dead-lettered. */
  @WithDefault("3")
  @Positive
  int attempts();

  /** Delay between attempts to store an event that a tenant's database rejects. */
  @WithDefault("50ms")
  Duration attemptDelay();

  /**
   * Timeout for connections to tenants' databases and for statements. After it, the database counts
   * as unavailable.
   */
  @WithDefault("3s")
  Duration databaseTimeout();

  /**
   * Delay before delivery to an unavailable tenant's database is retried; it doubles with each
   * failed attempt.
   */
  @WithDefault("500ms")
  Duration retryDelay();

  /** Maximum delay between retries for an unavailable tenant's database. */
  @WithDefault("15s")
  Duration maxRetryDelay();

  Connections connections();

  /** Connections to tenants' databases: at most one per tenant, opened on demand. */
  interface Connections {

    /** Maximum number of connections to tenants' databases. */
    @WithDefault("64")
    @Positive
    int limit();

    /** Idle time after which a connection to a tenant's database is closed. */
    @WithDefault("1m")
    Duration idleTimeout();
  }
}
