package io.tenantry.ingestion.group;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where to. */
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
