package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.audit.AuditEntry;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.registry.Tenant;
import jakarta.inject.Singleton;

/** Creates tenants for callers that wait for them. */
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
   * Provisions a tenant and answers once it is active.
   *
   * @param audit the entry of the audit log, written in the transaction that activates the tenant
   * @throws TenantryException with the code of what failed; then nothing is left of it, or its
   *     message says otherwise
   */
  Tenant create(CreateTenant request, AuditEntry audit) {
    return switch (provisioner.provision(requests.complete(ids.next(), request), audit)) {
      case Outcome.Provisioned done -> done.tenant().withApiKeys(done.apiKeys());
      case Outcome.RolledBack failed ->
          throw failure(
              failed.code(), failed.cause(), ". Everything was undone; the name is free.");
      case Outcome.RollingBack failed ->
          throw failure(
              failed.code(),
              failed.cause(),
              ". What was made is being removed; until then the name stays reserved.");
    };
  }

  private static TenantryException failure(ErrorCode code, Throwable cause, String consequence) {
    return new TenantryException(code, code.title() + consequence, cause);
  }
}
