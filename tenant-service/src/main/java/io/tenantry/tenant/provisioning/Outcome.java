package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.registry.Tenant;
import java.util.List;

/** How provisioning ended. */
sealed interface Outcome {

  /** The tenant is active. The keys are in this answer and nowhere else. */
  record Provisioned(Tenant tenant, List<IssuedKey> apiKeys) implements Outcome {}

  /** It failed, and nothing of the tenant is left. */
  record RolledBack(ErrorCode code, Throwable cause) implements Outcome {}

  /** It failed, and what it left is still being removed; until then the name stays reserved. */
  record RollingBack(ErrorCode code, Throwable cause) implements Outcome {}
}
