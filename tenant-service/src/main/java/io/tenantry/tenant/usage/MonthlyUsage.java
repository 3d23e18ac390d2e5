package io.tenantry.tenant.usage;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The usage of a tenant in a month: the sums and maxima of its days. */
@RegisterForReflection
record MonthlyUsage(
    String month,
    UUID tenantId,
    String name,
    @Nullable String externalId,
    String environment,
    String blueprint,
    String region,
    Instant createdAt,
    @Nullable Instant deletedAt,
    @Schema(
            description =
                "Hours of the month from the one of the tenant's creation, before the one of its"
                    + " deletion; the hour in progress is not included")
        long hours,
    @Schema(description = "Those in which storage was measured") long hoursMeasured,
    @Schema(description = "Those in which storage was not measured") long gapHours,
    @Schema(description = "The sum of the sizes measured in each hour") BigInteger storageByteHours,
    @Nullable Long storageBytesAverage,
    @Nullable Long storageBytesMax,
    @Nullable Long tablesMax,
    @Nullable Integer connectionsPeak,
    @Nullable Long transactions,
    @Nullable Long rowsIn,
    @Nullable Long rowsOut,
    @Nullable Long counterRestarts,
    @Nullable Long eventsCaptured,
    @Nullable Long bytesCaptured,
    @Nullable Long eventsDelivered,
    @Nullable Long bytesDelivered,
    @Nullable Long backups,
    @Nullable Long backupBytes) {

  /** The columns of the CSV: the fields of the JSON, in this order. */
  static final List<String> COLUMNS =
      List.of(
          "month",
          "tenant_id",
          "name",
          "external_id",
          "environment",
          "blueprint",
          "region",
          "created_at",
          "deleted_at",
          "hours",
          "hours_measured",
          "gap_hours",
          "storage_byte_hours",
          "storage_bytes_average",
          "storage_bytes_max",
          "tables_max",
          "connections_peak",
          "transactions",
          "rows_in",
          "rows_out",
          "counter_restarts",
          "events_captured",
          "bytes_captured",
          "events_delivered",
          "bytes_delivered",
          "backups",
          "backup_bytes");

  /** A line of the CSV, RFC 4180; what was not measured is empty. */
  static String csv(JsonNode usage) {
    return COLUMNS.stream()
        .map(column -> quoted(usage.path(column).asText("")))
        .collect(Collectors.joining(","));
  }

  private static String quoted(String text) {
    return text.chars().anyMatch(each -> ",\"\r\n".indexOf(each) >= 0)
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
