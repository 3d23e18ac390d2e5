package io.tenantry.backup.schedule;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Min;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * When a tenant is backed up, and how long its backups are kept.
 *
 * @param cron a Quartz cron expression, in UTC
 * @param retentionDays days a backup is kept, unless {@code keep} says otherwise
 * @param keep the grandfather-father-son rule, which replaces {@code retentionDays}
 * @param enabled whether the schedule fires
 * @param nextDueAt when the next one is due
 */
@RegisterForReflection
public record Schedule(
    UUID tenantId,
    String cron,
    int retentionDays,
    Optional<Keep> keep,
    boolean enabled,
    Optional<Instant> nextDueAt,
    Instant createdAt,
    Instant updatedAt) {

  /** The number of days, weeks and months of which the newest backup is kept. */
  @RegisterForReflection
  public record Keep(
      @Min(value = 0, message = "must be 0 or more") int daily,
      @Min(value = 0, message = "must be 0 or more") int weekly,
      @Min(value = 0, message = "must be 0 or more") int monthly) {}
}
