package io.tenantry.tenant.provisioning;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The types of services that a tenant can have. */
public enum ServiceType {
  AUTH,
  REALTIME,
  STORAGE;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
