package io.tenantry.kernel.tenant;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * A tenant's entry in the registry.
 *
 * @param blueprintVersion the content hash of its blueprint's version
 * @param location where its data is stored; empty if it has no data
 * @param connectionEncrypted its encrypted connection string, see {@link
 *     TenantDirectory#connection}; empty if it never had one
 */
public record TenantEntry(
    UUID tenantId,
    String name,
    String environment,
    TenantStatus status,
    String blueprint,
    String blueprintVersion,
    String region,
    Optional<TenantLocation> location,
    Optional<Buffer> connectionEncrypted) {

  /** Whether its status is {@link TenantStatus#ACTIVE}. */
  public boolean active() {
    return status == TenantStatus.ACTIVE;
  }

  /** The {@link #location} of a tenant that is known to have data. */
  public TenantLocation data() {
    return location.orElseThrow();
  }
}
