package io.tenantry.tenant.registry;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The environment of a tenant; tenants' names are unique within it. */
public enum Environment {
  DEVELOPMENT,
  STAGING,
  PRODUCTION;

  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
