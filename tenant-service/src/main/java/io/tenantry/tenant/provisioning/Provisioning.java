package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.tenant.apikey.IssuedKey;
import java.util.List;
import java.util.UUID;

/**
 * The data of a provisioning in progress that its steps share.
 *
 * @param purpose the purpose in the mark of its database or schema until the activation: {@code
 *     POOL} if it was claimed, otherwise {@code PROVISIONING}
 */
record Provisioning(
    NewTenant tenant,
    LocationPlan location,
    Purpose purpose,
    List<IssuedKey> apiKeys,
    Requester requester,
    StepLog log,
    Activation activation) {

  UUID tenantId() {
    return tenant.tenantId();
  }

  TenantDatabase target() {
    return location.target();
  }

  Outcome provisioned() {
    return new Outcome.Provisioned(activation.tenant(), apiKeys);
  }
}
