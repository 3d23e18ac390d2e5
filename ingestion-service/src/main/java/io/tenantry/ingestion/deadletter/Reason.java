package io.tenantry.ingestion.deadletter;

import java.util.Locale;

/** Why the extraction worker dead-lettered an event. */
public enum Reason {
  /** The message is not a CloudEvent of a tenant. */
  MALFORMED,
  /** No tenant has this id. */
  TENANT_UNKNOWN,
  /** The tenant is suspended. */
  TENANT_SUSPENDED,
  /** The tenant is deleted or being deleted. */
  TENANT_DELETED,
  /** The tenant's database rejected the event in all attempts. */
  REFUSED_BY_DATABASE;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
