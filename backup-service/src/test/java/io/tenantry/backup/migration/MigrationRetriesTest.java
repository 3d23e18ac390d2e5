package io.tenantry.backup.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("M3")
class MigrationRetriesTest {

  private static final MigrationConfig CONFIG = config();
  private static final MigrationRetries RETRIES = new MigrationRetries(CONFIG);

  private static MigrationConfig config() {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(MigrationConfig.class)
            .addDiscoveredConverters()
            .withDefaultValue("tenantry.migration.attempts", "3")
            .withDefaultValue("tenantry.migration.attempts-away", "5")
            .withDefaultValue("tenantry.migration.retry-delay", "PT1S")
            .withDefaultValue("tenantry.migration.max-retry-delay", "PT8S")
            .build();
    return config.getConfigMapping(MigrationConfig.class);
  }

  private static MigrationResult.Deferred deferred(ErrorCode code) {
    return new MigrationResult.Deferred(code, "why");
  }

  @Test
  void blockedMigrationIsGivenUpBeforeOneWhoseServerIsUnavailable() {
    assertThat(RETRIES.nextDelay(deferred(ErrorCode.MIGRATION_BLOCKED), 2)).isPresent();
    assertThat(RETRIES.nextDelay(deferred(ErrorCode.MIGRATION_BLOCKED), 3)).isEmpty();
    assertThat(RETRIES.nextDelay(deferred(ErrorCode.DATABASE_UNAVAILABLE), 4)).isPresent();
    assertThat(RETRIES.nextDelay(deferred(ErrorCode.DATABASE_UNAVAILABLE), 5)).isEmpty();
  }

  @Test
  void pausesDoubleUpToLimitAndVaryByHalf() {
    List.of(1, 2, 4, 8, 8)
        .forEach(
            seconds -> {
              int attempts = Math.min(4, Integer.numberOfTrailingZeros(seconds) + 1);
              assertThat(
                      RETRIES
                          .nextDelay(deferred(ErrorCode.DATABASE_UNAVAILABLE), attempts)
                          .orElseThrow())
                  .isBetween(Duration.ofMillis(seconds * 500L), Duration.ofMillis(seconds * 1500L));
            });
  }

  @ParameterizedTest
  @EnumSource
  void failureIsDeferredIfItsCodeIsRetryable(ErrorCode code) {
    MigrationResult result =
        MigrationResult.of(new TenantryException(code, "why"), List.of("V1__a.sql"));

    assertThat(result)
        .isEqualTo(
            code.retryable()
                ? new MigrationResult.Deferred(code, "why", List.of("V1__a.sql"))
                : new MigrationResult.Failed(code, "why", List.of("V1__a.sql")));
  }

  @Test
  void limitsOfRequestComeBeforeConfiguredOnes() {
    assertThat(MigrationTimeouts.of(CONFIG, Optional.of(50), Optional.empty()))
        .isEqualTo(new MigrationTimeouts(Duration.ofMillis(50), CONFIG.statementTimeout()));
    assertThat(MigrationTimeouts.of(CONFIG, Optional.empty(), Optional.of(70)))
        .isEqualTo(new MigrationTimeouts(CONFIG.lockTimeout(), Duration.ofMillis(70)));
  }
}
