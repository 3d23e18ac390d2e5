package io.tenantry.backup.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.backup.migration.Direction;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * All tenants of a blueprint on their way to a version, wave by wave.
 *
 * @param targetVersion where to; absent for a rollback, by which each tenant goes back to where it
 *     came from
 * @param rollbackOf the campaign that it takes back
 * @param canary how many tenants come first, and must all succeed
 * @param waveSize how many follow at a time
 * @param parallelism how many are migrated at once
 * @param maxFailures with so many failures it halts
 * @param maxFailureRate with a larger share of the tenants of the waves so far it halts
 * @param wave the wave in progress; 0 for the canaries
 * @param reason why it was halted
 * @param jobId the job that works on it
 * @param tenants how many tenants stand where
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

  /** Where a campaign stands. */
  @RegisterForReflection
  public enum Status {
    RUNNING,
    PAUSED,
    /** Too many tenants failed. */
    HALTED,
    /** Every tenant was migrated, or failed. */
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
   * How many tenants stand where.
   *
   * @param current at the version already when it began, and not even connected to
   * @param pending not yet tried, or waiting to be tried again
   * @param running being migrated, or backed up before
   * @param skipped deleted meanwhile
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

    long ended() {
      return completed + failed + skipped + cancelled;
    }

    long total() {
      return pending + running + ended();
    }
  }
}
