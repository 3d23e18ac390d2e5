package io.tenantry.backup.schedule;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.UUID;

/**
 * When a tenant is backed up.
 *
 * @param cron a Quartz cron expression, in UTC
 * @param retentionDays days a backup is kept
 * @param enabled whether backups are made at all
 */
@RegisterForReflection
record Schedule(
    UUID tenantId,
    String cron,
    int retentionDays,
    boolean enabled,
    Instant createdAt,
    Instant updatedAt) {}
