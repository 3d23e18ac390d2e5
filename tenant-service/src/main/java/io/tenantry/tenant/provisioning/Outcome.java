package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.registry.Tenant;
import java.util.List;

/** The result of provisioning a tenant. */
sealed interface Outcome {

  /** The tenant is active. The keys are available only here. */
  record Provisioned(Tenant tenant, List<IssuedKey> apiKeys) implements Outcome {}

  /** Provisioning failed and was rolled back completely. */
  record RolledBack(ErrorCode code, Throwable cause) implements Outcome {}

  /** Provisioning failed and is still being rolled back; the name stays reserved until then. */
  record RollingBack(ErrorCode code, Throwable cause) implements Outcome {}
}
