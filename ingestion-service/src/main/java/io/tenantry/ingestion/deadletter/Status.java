package io.tenantry.ingestion.deadletter;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The status of a dead letter. */
public enum Status {
  /** It was not redriven yet. */
  WAITING,
  /** It was sent to the topic of events again. */
  REDRIVEN,
  /** It was redriven too often; it is redriven again only on request. */
  PARKED,
  /** Its message is gone: the topic was replaced, or another message has its offset. */
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
