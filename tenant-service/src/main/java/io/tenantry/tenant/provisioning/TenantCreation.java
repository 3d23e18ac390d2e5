package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.registry.Tenant;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Creates tenants for callers that wait for the result. */
@Singleton
final class TenantCreation {

  private final TenantIds ids;
  private final TenantRequests requests;
  private final Provisioner provisioner;
  private final ExternalIds externalIds;

  TenantCreation(
      TenantIds ids, TenantRequests requests, Provisioner provisioner, ExternalIds externalIds) {
    this.ids = ids;
    this.requests = requests;
    this.provisioner = provisioner;
    this.externalIds = externalIds;
  }

  /**
   * Provisions a tenant and returns it once it is active.
   *
   * @param audit the entry of the audit log, written in the transaction that activates the tenant
   * @throws TenantryException with the code of the failed step; the message says whether the
   *     rollback has completed. {@code EXTERNAL_ID_TAKEN} or {@code TENANT_BUSY} for an earlier
   *     tenant with the same external id
   */
  Creation create(CreateTenant request, AuditEntry audit) {
    UUID tenantId = ids.next();
    return externalIds.createOnce(
        request,
        tenantId,
        () -> new Creation.Created(provision(requests.complete(tenantId, request), audit)),
        Creation.Existing::new);
  }

  private Tenant provision(NewTenant tenant, AuditEntry audit) {
    return switch (provisioner.provision(tenant, audit)) {
      case Outcome.Provisioned done -> done.tenant().withApiKeys(done.apiKeys());
      case Outcome.RolledBack failed ->
          throw failure(
              failed.code(),
              failed.cause(),
              ". Everything was rolled back; the name is available again.");
      case Outcome.RollingBack failed ->
          throw failure(
              failed.code(),
              failed.cause(),
              ". The rollback is in progress; the name stays reserved until it completes.");
    };
  }

  private static TenantryException failure(ErrorCode code, Throwable cause, String consequence) {
    return new TenantryException(code, code.title() + consequence, cause);
  }
}
