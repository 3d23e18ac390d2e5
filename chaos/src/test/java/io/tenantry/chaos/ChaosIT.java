package io.tenantry.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run of what {@code deploy/local/chaos} does for minutes or hours. */
@Tag("P14")
class ChaosIT {

  /** Those that take seconds, since the run has one minute. */
  private static final Set<String> FAULTS =
      Set.of(
          "kill-tenant-service",
          "kill-ingestion-service",
          "kill-backup-service",
          "kill-postgres",
          "cut-ingestion-service",
          "cut-backup-service",
          "kill-kafka");

  @Test
  void keepsWhatClientsWereToldDespiteFaults() throws Exception {
    assertThat(
            Chaos.run(
                new ChaosOptions(
                    Path.of("..").toAbsolutePath().normalize(),
                    Duration.ofSeconds(60),
                    1,
                    FAULTS,
                    1,
                    1,
                    ChaosOptions.Servers.SINGLE,
                    Duration.ofMillis(50),
                    Optional.empty())))
        .isEmpty();
  }
}
