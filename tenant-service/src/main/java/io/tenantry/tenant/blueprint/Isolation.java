package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** How a tenant's data is isolated from other tenants. */
@RegisterForReflection
public enum Isolation {
  /** Each tenant has its own database. */
  DATABASE,
  /** Each tenant has its own schema in the cluster's shared database. */
  SCHEMA;

  /** The name in blueprints and the API. */
  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
