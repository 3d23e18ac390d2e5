package io.tenantry.tenant.blueprint;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;

/** What keeps a tenant's data apart from other tenants'. */
@RegisterForReflection
public enum Isolation {
  /** A database of its own. */
  DATABASE,
  /** A schema of its own, in the database that its cluster's tenants share. */
  SCHEMA;

  /** As blueprints and the API write it. */
  @Override
  @JsonValue
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
