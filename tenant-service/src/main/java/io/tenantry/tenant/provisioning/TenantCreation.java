package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.registry.Tenant;
import jakarta.inject.Singleton;

/** Creates tenants for callers that wait for the result. */
@Singleton
final class TenantCreation {

  private final TenantIds ids;
  private final TenantRequests requests;
  private final Provisioner provisioner;

  TenantCreation(TenantIds ids, TenantRequests requests, Provisioner provisioner) {
    this.ids = ids;
    this.requests = requests;
    this.provisioner = provisioner;
  }

  /**
   * Provisions a tenant and returns it once it is active.
   *
   * @param audit the entry of the audit log, written in the transaction that activates the tenant
   * @throws TenantryException with the code of the failed step; the message says whether the
   *     rollback has completed
   */
  Tenant create(CreateTenant request, AuditEntry audit) {
    return switch (provisioner.provision(requests.complete(ids.next(), request), audit)) {
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
