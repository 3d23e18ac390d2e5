package io.tenantry.tenant.provisioning;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.recovery.RecoveryMode;
import io.tenantry.tenant.registry.Tenant;
import io.tenantry.tenant.registry.Tenants;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes the creation of a tenant with an external id safe to repeat. */
@Singleton
final class ExternalIds {

  private final Tenants tenants;
  private final RecoveryMode mode;

  ExternalIds(Tenants tenants, RecoveryMode mode) {
    this.tenants = tenants;
    this.mode = mode;
  }

  /**
   * Creates a tenant, unless an earlier or concurrent request with the same external id did.
   *
   * @param tenantId the id of the requested tenant, which is not an earlier one
   * @param existing returns the result for the tenant of the other request
   * @throws TenantryException {@code EXTERNAL_ID_TAKEN} if that tenant differs from the requested
   *     one, {@code TENANT_BUSY} while it is provisioned or deleted, or {@code RECOVERY_MODE} while
   *     the registry may lack it
   */
  <T> T createOnce(
      CreateTenant request, UUID tenantId, Supplier<T> creation, Function<Tenant, T> existing) {
    Optional<Tenant> earlier = find(request, tenantId);
    if (earlier.isPresent()) {
      return existing.apply(earlier.get());
    }
    if (request.externalId() != null) {
      mode.requireNormal();
    }
    try {
      return creation.get();
    } catch (TenantryException e) {
      // Of two concurrent requests, PostgreSQL refuses the second for its name or external id.
      if (e.code() != ErrorCode.TENANT_NAME_TAKEN && e.code() != ErrorCode.EXTERNAL_ID_TAKEN) {
        throw e;
      }
      return existing.apply(find(request, tenantId).orElseThrow(() -> e));
    }
  }

  private Optional<Tenant> find(CreateTenant request, UUID tenantId) {
    return Optional.ofNullable(request.externalId())
        .flatMap(tenants::findByExternalId)
        .filter(tenant -> !tenant.tenantId().equals(tenantId))
        .map(tenant -> requireSame(tenant, request));
  }

  private static Tenant requireSame(Tenant tenant, CreateTenant request) {
    return switch (tenant.status()) {
      case ACTIVE, SUSPENDED -> {
        List<String> differences = differences(tenant, request);
        if (!differences.isEmpty()) {
          throw new TenantryException(
              ErrorCode.EXTERNAL_ID_TAKEN,
              "The tenant %s has the external id %s, but another %s."
                  .formatted(
                      tenant.tenantId(), request.externalId(), String.join(", ", differences)));
        }
        yield tenant;
      }
      case REGISTERED, PROVISIONING, ROLLING_BACK, DELETING, DELETED ->
          throw new TenantryException(
              ErrorCode.TENANT_BUSY,
              "The tenant %s with the external id %s is %s; try again."
                  .formatted(tenant.tenantId(), request.externalId(), tenant.status()));
    };
  }

  /** The fields in which a tenant differs from the requested one. */
  private static List<String> differences(Tenant tenant, CreateTenant request) {
    List<String> fields = new ArrayList<>();
    if (!tenant.name().equals(request.name())) {
      fields.add("name");
    }
    if (!tenant.environment().equals(request.environment().toString())) {
      fields.add("environment");
    }
    if (!tenant.blueprint().equals(TenantRequests.blueprintOf(request))) {
      fields.add("blueprint");
    }
    if (request.region() != null && !tenant.region().equals(request.region())) {
      fields.add("region");
    }
    return fields;
  }
}
