package io.tenantry.tenant.provisioning;

import io.tenantry.tenant.apikey.IssuedKey;
import io.tenantry.tenant.cluster.Cluster;
import io.tenantry.tenant.cluster.Credentials;
import java.util.List;

/** A provisioning in progress: all that its steps need to know. */
record Provisioning(
    NewTenant tenant,
    Cluster cluster,
    String database,
    Credentials credentials,
    List<IssuedKey> apiKeys) {

  TenantDatabase target() {
    return new TenantDatabase(tenant.tenantId(), cluster.name(), database, credentials.role());
  }
}
