package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import java.util.List;
import java.util.Optional;

/**
 * A provisioning in progress: all that its steps need to know.
 *
 * @param database where its data will lie
 * @param schema its schema in there, if it shares the database with others
 */
record Provisioning(
    NewTenant tenant,
    Cluster cluster,
    String database,
    Optional<String> schema,
    Credentials credentials,
    List<IssuedKey> apiKeys) {

  TenantDatabase target() {
    return new TenantDatabase(
        tenant.tenantId(), cluster.name(), database, schema, credentials.role());
  }
}
