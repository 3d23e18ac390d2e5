package io.tenantry.tenant.registry;

/** What a cluster's catalog knows of a tenant, with which a lost registry is recovered. */
public final class TenantDetails {

  /** An SQL expression on the tables tenants and tenant_databases, whose value is JSON as text. */
  public static final String JSON =
      """
      jsonb_build_object('name', name, 'environment', environment, 'blueprint', blueprint,
        'blueprint_version', blueprint_version, 'region', region, 'owner_id', owner_id,
        'organization_id', organization_id, 'external_id', external_id, 'metadata', metadata,
        'login_role', coalesce(login_role, role_name), 'status', status)::text""";

  private TenantDetails() {}
}
