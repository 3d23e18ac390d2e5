package io.tenantry.tenant.webhook.endpoint;

import java.util.Optional;
import java.util.UUID;

/**
 * Who owns webhook endpoints. Every query for endpoints and deliveries names it, so that no tenant
 * reaches those of another.
 *
 * @param tenantId the tenant; empty for the operator, whose endpoints may receive events of all
 *     tenants
 */
public record Owner(Optional<UUID> tenantId) {

  public static final Owner OPERATOR = new Owner(Optional.empty());

  public static Owner tenant(UUID tenantId) {
    return new Owner(Optional.of(tenantId));
  }

  /** Whether it is the operator. */
  public boolean isOperator() {
    return tenantId.isEmpty();
  }
}
