package io.tenantry.tenant.quota;

import java.util.Locale;

/** A resource whose number per tenant is limited by a quota. */
public enum Resource {
  DATABASES(
      """
      SELECT count(*)
      FROM control_plane.tenant_databases
      WHERE tenant_id = $1
      """),
  /** Rotated keys do not count; the keys that replaced them do. */
  API_KEYS(
      """
      SELECT count(*)
      FROM control_plane.api_keys
      WHERE tenant_id = $1
        AND revoked_at IS NULL
        AND (expires_at IS NULL OR expires_at > now())
        AND replaced_by IS NULL
      """),
  SERVICES(
      """
      SELECT count(*)
      FROM control_plane.tenant_services
      WHERE tenant_id = $1
      """);

  private final String count;

  Resource(String count) {
    this.count = count;
  }

  /** The query that counts the resources of the tenant {@code $1}. */
  String count() {
    return count;
  }

  /** The name in the database and the API. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name in error messages. */
  String plainName() {
    return this == API_KEYS ? "API keys" : toString();
  }
}
