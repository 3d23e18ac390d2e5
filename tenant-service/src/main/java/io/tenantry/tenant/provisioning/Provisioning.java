package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.apikey.IssuedKey;
import java.util.List;
import java.util.UUID;

/** The data of a provisioning in progress that its steps share. */
record Provisioning(
    NewTenant tenant,
    LocationPlan location,
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
