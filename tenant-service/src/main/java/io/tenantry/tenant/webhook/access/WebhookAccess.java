package io.tenantry.tenant.webhook.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.tenantry.kernel.auth.AdminAudit;
import io.tenantry.kernel.auth.TenantPrincipal;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.tenant.webhook.endpoint.Owner;
import jakarta.inject.Singleton;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.util.UUID;

/** Restricts API keys and portal links of a tenant to that tenant's webhooks. */
@Singleton
public final class WebhookAccess {

  private final TenantDirectory tenants;
  private final SecurityIdentity caller;

  WebhookAccess(TenantDirectory tenants, SecurityIdentity caller) {
    this.tenants = tenants;
    this.caller = caller;
  }

  /**
   * Requires that the caller, whose role was checked before, may use this tenant's webhooks, and
   * that the tenant exists. Changes by a tenant are recorded in the audit log.
   *
   * @throws TenantryException {@code FORBIDDEN}, or {@code TENANT_NOT_FOUND}
   */
  public void require(UUID tenantId, ContainerRequestContext context) {
    context.setProperty(AdminAudit.RECORDS_TENANT, true);
    if (caller.getPrincipal() instanceof TenantPrincipal tenant
        && !tenant.tenantId().equals(tenantId)) {
      throw new TenantryException(ErrorCode.FORBIDDEN, "The API key belongs to another tenant.");
    }
    var unused = tenants.existing(tenantId);
  }

  /** {@link #require} for what belongs to the tenant as the owner of endpoints. */
  public Owner owner(UUID tenantId, ContainerRequestContext context) {
    require(tenantId, context);
    return Owner.tenant(tenantId);
  }
}
