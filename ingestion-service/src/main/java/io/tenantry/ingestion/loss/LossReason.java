package io.tenantry.ingestion.loss;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why events were lost. */
public enum LossReason {
  /** They exceeded the topic's retention. */
  RETENTION,
  /** Their topic was replaced by another topic of the same name. */
  TOPIC_REPLACED;

  static LossReason of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
