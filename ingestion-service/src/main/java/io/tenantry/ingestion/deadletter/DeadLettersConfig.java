package io.tenantry.ingestion.deadletter;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Positive;
import java.time.Duration;

/** Settings of dead letters. Public, so that Hibernate Validator can check its constraints. */
@ConfigMapping(prefix = "tenantry.dead-letters")
public interface DeadLettersConfig {

  /** Whether this replica reads the dead letter topic into the register. */
  @WithDefault("true")
  boolean enabled();

  /** Maximum number of redrives of a message; if it is dead-lettered again, it is parked. */
  @WithDefault("3")
  @Positive
  int maxRedrives();

  /** How often dead letters are counted for the metrics. */
  @WithDefault("15s")
  Duration countInterval();
}
