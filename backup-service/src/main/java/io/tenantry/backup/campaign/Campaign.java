package io.tenantry.backup.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.Direction;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The migration of all tenants of a blueprint to a version, in waves.
 *
 * @param targetVersion the version to migrate to; absent for a rollback, which returns each tenant
 *     to its previous version
 * @param rollbackOf the campaign that this one rolls back
 * @param canary the number of tenants in wave 0, all of which must succeed
 * @param waveSize the number of tenants in each later wave
 * @param parallelism the number of tenants that are migrated at the same time
 * @param maxFailures the number of failures at which the campaign halts
 * @param maxFailureRate the share of failures, among the tenants of the waves so far, above which
 *     the campaign halts
 * @param wave the wave in progress; 0 for the canaries
 * @param reason why it was halted
 * @param jobId the job that runs it
 * @param tenants the number of tenants by status
 */
@RegisterForReflection
public record Campaign(
    UUID id,
    String blueprint,
    Direction direction,
    Optional<String> targetVersion,
    Optional<UUID> rollbackOf,
    Status status,
    int canary,
    int waveSize,
    int parallelism,
    Optional<Integer> maxFailures,
    double maxFailureRate,
    boolean backupFirst,
    int lockTimeoutMs,
    int statementTimeoutMs,
    int wave,
    Optional<String> reason,
    UUID jobId,
    Counts tenants,
    Instant createdAt,
    Optional<Instant> finishedAt) {

  /** The status of a campaign. */
  @RegisterForReflection
  public enum Status {
    RUNNING,
    PAUSED,
    /** Too many tenants failed. */
    HALTED,
    /** Every tenant was migrated, failed or was skipped. */
    COMPLETED,
    CANCELLED;

    static Status of(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The number of tenants by status.
   *
   * @param current already at the version when the campaign started; no connection is made to them
   * @param pending not attempted yet, or waiting for a retry
   * @param running being migrated, or backed up before the migration
   * @param skipped deleted since the campaign started
   */
  @RegisterForReflection
  public record Counts(
      long current,
      long pending,
      long running,
      long completed,
      long failed,
      long skipped,
      long cancelled) {

    long finished() {
      return completed + failed + skipped + cancelled;
    }

    long total() {
      return pending + running + finished();
    }
  }
}
