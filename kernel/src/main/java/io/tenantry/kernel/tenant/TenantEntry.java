package io.tenantry.kernel.tenant;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * What the registry knows of a tenant.
 *
 * @param blueprintVersion the content hash of the blueprint's version it is at
 * @param database where its data is; empty when it has none any more
 */
public record TenantEntry(
    UUID tenantId,
    String name,
    String environment,
    TenantStatus status,
    String blueprint,
    String blueprintVersion,
    String region,
    Optional<Place> database) {

  /** Whether it works: neither in the making, nor suspended, nor on its way out. */
  public boolean active() {
    return status == TenantStatus.ACTIVE;
  }

  /**
   * Where a tenant's data is.
   *
   * @param cluster the name of the PostgreSQL cluster, see {@link ClusterDirectory}
   * @param schema the tenant's schema; empty where the whole database is the tenant's
   * @param role the tenant's login role
   * @param connectionEncrypted how the tenant logs in, see {@link TenantDirectory#connection};
   *     empty until it could once
   */
  public record Place(
      String cluster,
      String host,
      int port,
      String database,
      Optional<String> schema,
      String role,
      Optional<Buffer> connectionEncrypted) {}
}
