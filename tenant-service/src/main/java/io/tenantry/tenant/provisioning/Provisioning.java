package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.apikey.IssuedKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A provisioning in progress: all that its steps need to know.
 *
 * @param jobId the job by which it is done, of a tenant that was registered before
 * @param witness sees the tenant when it is activated
 * @param handedOver set once the home was made a tenant's on the server: if activation fails then,
 *     this replica knows that nobody was told of the tenant
 */
record Provisioning(
    NewTenant tenant,
    Home home,
    List<IssuedKey> apiKeys,
    Optional<UUID> jobId,
    StepLog log,
    Witness witness,
    AtomicBoolean handedOver) {

  TenantDatabase target() {
    return home.target();
  }
}
