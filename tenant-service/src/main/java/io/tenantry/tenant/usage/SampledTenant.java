package io.tenantry.tenant.usage;

import io.tenantry.tenant.cluster.ClusterUsage;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A tenant whose usage is sampled, and where its data is.
 *
 * @param schema null if the whole database is the tenant's
 * @param measured whether its storage was measured in this hour
 */
record SampledTenant(
    UUID tenantId,
    String cluster,
    String database,
    @Nullable String schema,
    String role,
    boolean measured) {

  /** Where its data is on the cluster. */
  ClusterUsage.Location location() {
    return new ClusterUsage.Location(tenantId, database, Optional.ofNullable(schema), role);
  }

  boolean hasSchema() {
    return schema != null;
  }
}
