package io.tenantry.ingestion.topic;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The outcome of repairing a setting. */
public enum RepairOutcome {
  REPAIRED,
  WOULD_BE_REPAIRED,
  NOT_REPAIRED;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
