package io.tenantry.tenant.webhook.endpoint;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** The status of a webhook endpoint. */
@RegisterForReflection
public enum EndpointStatus {
  /** Messages are sent. */
  ACTIVE,
  /** Messages are queued until it is resumed. */
  PAUSED,
  /** Nothing is sent or queued; it failed for too long, or answered that it is gone. */
  DISABLED;

  /** The status with this name in the control database and the API. */
  public static EndpointStatus of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
