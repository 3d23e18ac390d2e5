package io.tenantry.backup.campaign;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Optional;

/**
 * The body of a request for a campaign.
 *
 * @param blueprint whose tenants
 * @param targetVersion the version to get to; the current one if it is not said
 * @param canary how many tenants come first, and must all succeed; 1 if it is not said
 * @param waveSize how many follow at a time
 * @param parallelism how many are migrated at once
 * @param maxFailures with so many failures it halts
 * @param maxFailureRate with a larger share of the tenants of the waves so far it halts, 0 to 1;
 *     0.05 if it is not said
 * @param backupFirst whether a backup comes before each migration
 * @param lockTimeoutMs how long a statement may wait for a lock, in milliseconds
 * @param statementTimeoutMs how long a statement may take, in milliseconds
 * @param dryRun only says what would be done
 */
@RegisterForReflection
record CampaignRequest(
    @NotNull(message = "is required")
        @Pattern(regexp = "[a-z][a-z0-9_-]{0,31}", message = "is no blueprint's name")
        String blueprint,
    Optional<@Pattern(regexp = "[0-9a-f]{12}", message = "must be 12 hex digits") String>
        targetVersion,
    Optional<@Min(value = 0, message = COUNT) @Max(value = 10_000, message = COUNT) Integer> canary,
    Optional<@Min(value = 1, message = SIZE) @Max(value = 10_000, message = SIZE) Integer> waveSize,
    Optional<@Min(value = 1, message = PARALLEL) @Max(value = 200, message = PARALLEL) Integer>
        parallelism,
    Optional<@Min(value = 1, message = "must be 1 or more") Integer> maxFailures,
    Optional<
            @DecimalMin(value = "0", message = "must be 0 to 1")
            @DecimalMax(value = "1", message = "must be 0 to 1") Double>
        maxFailureRate,
    Optional<Boolean> backupFirst,
    Optional<@Min(value = 1, message = TIMEOUT) @Max(value = LONGEST, message = TIMEOUT) Integer>
        lockTimeoutMs,
    Optional<@Min(value = 1, message = TIMEOUT) @Max(value = LONGEST, message = TIMEOUT) Integer>
        statementTimeoutMs,
    Optional<Boolean> dryRun) {

  static final String COUNT = "must be 0 to 10000";
  static final String SIZE = "must be 1 to 10000";
  static final String PARALLEL = "must be 1 to 200";
  static final int LONGEST = 86_400_000;
  static final String TIMEOUT = "must be 1 to 86400000";
}
