package io.tenantry.tenant.usage;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** What tenants are ranked by. Each is an aggregate of {@code control_plane.usage_daily}. */
@RegisterForReflection
enum UsageMeasure {
  /** The average size in bytes. */
  STORAGE("(sum(storage_byte_hours) / nullif(sum(hours_measured), 0))::bigint"),
  TABLES("max(tables_max)"),
  CONNECTIONS("max(connections_peak)::bigint"),
  TRANSACTIONS("sum(transactions)::bigint"),
  ROWS_IN("sum(rows_in)::bigint"),
  ROWS_OUT("sum(rows_out)::bigint"),
  EVENTS("sum(events_captured)::bigint"),
  EVENT_BYTES("sum(bytes_captured)::bigint"),
  EVENTS_DELIVERED("sum(events_delivered)::bigint"),
  BACKUPS("sum(backups)::bigint"),
  BACKUP_BYTES("sum(backup_bytes)::bigint");

  static final String PATTERN =
      "storage|tables|connections|transactions|rows_in|rows_out|events|event_bytes|events_delivered"
          + "|backups|backup_bytes";

  private final String sql;

  UsageMeasure(String sql) {
    this.sql = sql;
  }

  static UsageMeasure of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The SQL expression over the days of one tenant. */
  String sql() {
    return sql;
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
