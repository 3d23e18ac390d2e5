package io.tenantry.ingestion.deadletter;

import java.util.Locale;

/** Why the extraction worker gave an event up. */
public enum Reason {
  /** It is no CloudEvent of a tenant. */
  MALFORMED,
  /** No tenant has this id. */
  TENANT_UNKNOWN,
  /** The tenant is suspended. */
  TENANT_SUSPENDED,
  /** The tenant is deleted, or about to be. */
  TENANT_DELETED,
  /** The tenant's database refuses the event, however often it is tried. */
  REFUSED_BY_DATABASE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
