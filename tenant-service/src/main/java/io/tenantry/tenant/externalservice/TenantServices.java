package io.tenantry.tenant.externalservice;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Registers tenants with their services and deregisters them. The row of a service exists before
 * the service is called, and the call is recorded before it is made.
 */
@Singleton
public final class TenantServices {

  private final ServiceStore store;
  private final ServiceClient client;
  private final ServicesConfig config;
  private final Executor virtualThreads = Thread::startVirtualThread;

  TenantServices(ServiceStore store, ServiceClient client, ServicesConfig config) {
    this.store = store;
    this.client = client;
    this.config = config;
  }

  /** The fields of a tenant that services receive. */
  public record TenantInfo(UUID tenantId, String name, String environment, String region) {

    private Map<String, String> fields() {
      return Map.of(
          "tenant_id",
          tenantId.toString(),
          "name",
          name,
          "environment",
          environment,
          "region",
          region);
    }
  }

  /**
   * Registers a tenant with services of these types, in parallel.
   *
   * @throws TenantryException {@code SERVICE_REGISTRATION_FAILED}, after the last attempt
   */
  public void register(TenantInfo tenant, Collection<String> types) {
    List<CompletableFuture<Void>> calls =
        types.stream()
            .map(type -> CompletableFuture.runAsync(() -> register(tenant, type), virtualThreads))
            .toList();
    // All calls are awaited, also after a failure: a rollback must not overlap a registration.
    CompletableFuture<Void> all = CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
    all.exceptionally(failure -> null).join();
    for (CompletableFuture<Void> call : calls) {
      if (call.isCompletedExceptionally()) {
        throw call.exceptionNow() instanceof RuntimeException known
            ? known
            : new IllegalStateException(call.exceptionNow());
      }
    }
  }

  void register(TenantInfo tenant, String type) {
    UUID tenantId = tenant.tenantId();
    if (!client.isConfigured(type)) {
      store.complete(tenantId, type, Optional.empty(), endpoint(tenant, type), Optional.empty());
      return;
    }
    store.recordCall(tenantId, type);
    try {
      Registration registration = client.register(type, tenantId, tenant.fields());
      store.complete(
          tenantId,
          type,
          registration.serviceId(),
          registration.endpoint().orElseGet(() -> endpoint(tenant, type)),
          Optional.of(config.healthInterval()));
    } catch (ServiceCallFailed e) {
      throw new TenantryException(
          ErrorCode.SERVICE_REGISTRATION_FAILED,
          "The service %s %s.".formatted(type, e.getMessage()),
          e);
    }
  }

  /**
   * Deregisters a tenant from all services that were called for it; safe to repeat.
   *
   * @throws IllegalStateException if a service cannot be called now
   */
  public void deregister(UUID tenantId) {
    for (TenantService service : store.list(tenantId)) {
      deregister(tenantId, service);
    }
  }

  void deregister(UUID tenantId, TenantService service) {
    if (service.registered() && client.isConfigured(service.type())) {
      try {
        client.deregister(service.type(), tenantId);
      } catch (ServiceCallFailed e) {
        throw new IllegalStateException(
            "the service " + service.type() + " could not be called to deregister the tenant", e);
      }
    }
  }

  private String endpoint(TenantInfo tenant, String type) {
    return config
        .endpointPattern()
        .replace("{type}", type)
        .replace("{tenant_id}", tenant.tenantId().toString())
        .replace("{region}", tenant.region());
  }
}
