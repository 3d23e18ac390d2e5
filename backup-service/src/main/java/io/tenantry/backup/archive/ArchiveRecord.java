package io.tenantry.backup.archive;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * What a stored backup knows of itself, encrypted, at its end: enough to write its record into a
 * control database that has none of it.
 *
 * @param kind why it was made
 * @param completedAt when its dump was complete
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
