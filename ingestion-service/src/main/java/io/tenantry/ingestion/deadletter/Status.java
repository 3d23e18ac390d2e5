package io.tenantry.ingestion.deadletter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a dead letter stands. */
public enum Status {
  /** Nothing was done about it. */
  WAITING,
  /** It was sent again. */
  REDRIVEN,
  /** It was sent again and died so often that it is left alone. */
  PARKED,
  /** Its message is gone: the topic was replaced, or its offset is another message's. */
  LOST;

  static Status of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
