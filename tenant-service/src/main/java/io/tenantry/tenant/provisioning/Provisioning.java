package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A provisioning in progress: all that its steps need to know.
 *
 * @param database where its data will lie
 * @param schema its schema in there, if it shares the database with others
 * @param jobId the job by which it is done, of a tenant that was registered before
 */
record Provisioning(
    NewTenant tenant,
    Cluster cluster,
    String database,
    Optional<String> schema,
    Credentials credentials,
    List<IssuedKey> apiKeys,
    Optional<UUID> jobId,
    StepLog log) {

  TenantDatabase target() {
    return new TenantDatabase(
        tenant.tenantId(), cluster.name(), database, schema, credentials.role());
  }
}
