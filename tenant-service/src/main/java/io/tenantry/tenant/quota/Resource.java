package io.tenantry.tenant.quota;

import java.util.Locale;

/** What a tenant may have only so many of. */
public enum Resource {
  DATABASES(
      """
      SELECT count(*)
      FROM control_plane.tenant_databases
      WHERE tenant_id = $1
      """),
  /** Keys that were rotated do not count, those in their place do. */
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

  /** The query that counts what the tenant {@code $1} has. */
  String count() {
    return count;
  }

  /** As the database and the API write it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** As errors say it. */
  String plainName() {
    return this == API_KEYS ? "API keys" : toString();
  }
}
