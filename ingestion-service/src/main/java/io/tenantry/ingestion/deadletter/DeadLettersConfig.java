package io.tenantry.ingestion.deadletter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** Dead letters. Public, or its constraints could not be checked. */
@ConfigMapping(prefix = "tenantry.dead-letters")
public interface DeadLettersConfig {

  /** Whether this replica keeps the register of dead letters. */
  @WithDefault("true")
  boolean enabled();

  /** How often a message may be sent again; one that dies once more is parked. */
  @WithDefault("3")
  @Positive
  int maxRedrives();

  /** How often dead letters are counted for the metrics. */
  @WithDefault("15s")
  Duration countInterval();
}
