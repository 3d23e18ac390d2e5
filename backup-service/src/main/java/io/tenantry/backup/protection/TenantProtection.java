package io.tenantry.backup.protection;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.error.ErrorCode;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What a tenant's data could be restored from.
 *
 * @param backup its newest backup that can be restored; absent if there is none
 * @param failure why its newest backup failed; absent if a good one followed
 * @param drill its newest finished drill
 * @param nextDueAt when its next scheduled backup is due
 */
@RegisterForReflection
record TenantProtection(
    UUID tenantId,
    String name,
    String blueprint,
    Status status,
    Optional<GoodBackup> backup,
    Optional<FailedBackup> failure,
    Optional<LatestDrill> drill,
    Optional<Instant> nextDueAt) {

  /**
   * The status; the first one that applies. Public, because otherwise the OpenAPI document shows
   * the constants' names.
   */
  @RegisterForReflection
  public enum Status {
    /** No backup of it can be restored. */
    NO_BACKUP,
    /** Its newest backup failed. */
    BACKUP_FAILED,
    /** Its newest drill failed. */
    DRILL_FAILED,
    /** It has a good backup that no drill has tried. */
    NOT_DRILLED,
    GOOD;

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

  /** A backup that can be restored. */
  @RegisterForReflection
  record GoodBackup(
      UUID id,
      String kind,
      Instant completedAt,
      Optional<Long> durationMs,
      long bytes,
      Optional<Instant> verifiedAt) {}

  /** A backup that failed. */
  @RegisterForReflection
  record FailedBackup(
      UUID id,
      @Schema(type = SchemaType.STRING, implementation = String.class) Optional<ErrorCode> code,
      Instant requestedAt) {}

  /**
   * A finished drill.
   *
   * @param recoveryMs the measured time to recover, in milliseconds
   */
  @RegisterForReflection
  record LatestDrill(UUID id, boolean passed, Optional<Long> recoveryMs, Instant completedAt) {}

  /**
   * The number of tenants by status.
   *
   * @param slowestRecoveryMs the longest measured time to recover of the tenants' newest drills
   */
  @RegisterForReflection
  record Summary(
      long noBackup,
      long backupFailed,
      long drillFailed,
      long notDrilled,
      long good,
      Optional<Long> slowestRecoveryMs,
      Optional<Instant> oldestBackupAt) {}
}
