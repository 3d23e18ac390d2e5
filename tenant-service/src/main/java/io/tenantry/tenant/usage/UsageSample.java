package io.tenantry.tenant.usage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The usage of a tenant in one hour or day. What was not measured is absent, which is not zero. */
@RegisterForReflection
record UsageSample(
    @Schema(description = "The start of the hour or day, UTC") Instant start,
    @Schema(description = "Size of the database or schema; of a day, the average of its hours")
        @Nullable Long storageBytes,
    @Schema(description = "Of a day: the largest size") @Nullable Long storageBytesMax,
    @Schema(description = "Hours in which storage was measured: 0 or 1, of a day 0 to 24")
        int hoursMeasured,
    @Schema(description = "Tables, partitions included; of a day, the most") @Nullable Long tables,
    @Schema(description = "The most connections of the tenant that a reading saw")
        @Nullable Integer connectionsPeak,
    @Schema(
            description =
                "Transactions, committed and rolled back; absent for tenants in a shared database")
        @Nullable Long transactions,
    @Schema(description = "Rows inserted, updated and deleted") @Nullable Long rowsIn,
    @Schema(description = "Rows that scans returned") @Nullable Long rowsOut,
    @Schema(
            description =
                "Of an hour: since when the counters count; earlier than the hour if readings failed")
        @Nullable Instant countersFrom,
    @Schema(description = "Of an hour: the last reading") @Nullable Instant countersTo,
    @Schema(
            description =
                "How often the counters began again, after a restore, a move or a reset; what"
                    + " happened between the readings around that is not included")
        int counterRestarts,
    @Schema(description = "Events that were accepted") @Nullable Long eventsCaptured,
    @Schema(description = "Bytes of their data") @Nullable Long bytesCaptured,
    @Schema(description = "Events that were stored in the tenant's database")
        @Nullable Long eventsDelivered,
    @Schema(description = "Bytes of their data") @Nullable Long bytesDelivered,
    @Schema(description = "Backups that were stored") @Nullable Long backups,
    @Schema(description = "Their size as stored") @Nullable Long backupBytes) {}
