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
 * @param blueprint the blueprint whose tenants are migrated
 * @param targetVersion the version to migrate to; by default the current one
 * @param canary the number of tenants in wave 0, all of which must succeed; 1 by default
 * @param waveSize the number of tenants in each later wave
 * @param parallelism the number of tenants that are migrated at the same time
 * @param maxFailures the number of failures at which the campaign halts
 * @param maxFailureRate the share of failures, among the tenants of the waves so far, above which
 *     the campaign halts, 0 to 1; 0.05 by default
 * @param backupFirst whether to back up each tenant before its migration
 * @param lockTimeoutMs how long a statement may wait for a lock, in milliseconds
 * @param statementTimeoutMs how long a statement may take, in milliseconds
 * @param dryRun whether to return the plan only
 */
@RegisterForReflection
record CampaignRequest(
    @NotNull(message = "is required")
        @Pattern(regexp = "[a-z][a-z0-9_-]{0,31}", message = "is not a valid blueprint name")
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
    Optional<
            @Min(value = 1, message = TIMEOUT) @Max(value = MAX_TIMEOUT_MS, message = TIMEOUT)
            Integer>
        lockTimeoutMs,
    Optional<
            @Min(value = 1, message = TIMEOUT) @Max(value = MAX_TIMEOUT_MS, message = TIMEOUT)
            Integer>
        statementTimeoutMs,
    Optional<Boolean> dryRun) {

  static final String COUNT = "must be 0 to 10000";
  static final String SIZE = "must be 1 to 10000";
  static final String PARALLEL = "must be 1 to 200";
  static final int MAX_TIMEOUT_MS = 86_400_000;
  static final String TIMEOUT = "must be 1 to 86400000";
}
