package io.tenantry.tenant.registry;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a tenant is for; names are unique within one. */
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
