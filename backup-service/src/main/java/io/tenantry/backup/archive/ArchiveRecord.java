package io.tenantry.backup.archive;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * The encrypted metadata at the end of a stored backup, from which an import recreates the backup's
 * record in the control database.
 *
 * @param kind why the backup was created
 * @param completedAt when the dump was completed
 */
@RegisterForReflection
public record ArchiveRecord(
    String tenantName,
    String kind,
    int retentionDays,
    Instant requestedAt,
    Instant startedAt,
    Instant completedAt,
    Manifest manifest) {}
