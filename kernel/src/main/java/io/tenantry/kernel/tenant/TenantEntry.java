package io.tenantry.kernel.tenant;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.UUID;

/**
 * What the registry knows of a tenant.
 *
 * @param blueprintVersion the content hash of the blueprint's version it is at
 * @param location where its data is stored; empty if it has none
 * @param connectionEncrypted how it logs in, see {@link TenantDirectory#connection}; empty if it
 *     never could
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

  /** Whether it works: neither in the making, nor suspended, nor on its way out. */
  public boolean active() {
    return status == TenantStatus.ACTIVE;
  }

  /** The {@link #location} of a tenant that is known to have data. */
  public TenantLocation data() {
    return location.orElseThrow();
  }
}
