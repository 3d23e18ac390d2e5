package io.tenantry.ingestion.group;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The target of a reset of offsets. */
public enum ResetTarget {
  EARLIEST,
  LATEST,
  TIME,
  OFFSET;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
