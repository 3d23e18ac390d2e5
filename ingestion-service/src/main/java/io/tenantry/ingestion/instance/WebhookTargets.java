package io.tenantry.ingestion.instance;

import io.tenantry.ingestion.http.Sender;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantEntry;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Finds whom a webhook's message is for, by its address alone; never waits. */
@Singleton
final class WebhookTargets {

  private final InstanceDirectory instances;
  private final TenantDirectory tenants;
  private final Clock clock;
  private final Duration tolerance;

  WebhookTargets(
      InstanceDirectory instances, TenantDirectory tenants, InstancesConfig config, Clock clock) {
    this.instances = instances;
    this.tenants = tenants;
    this.clock = clock;
    this.tolerance = config.webhookTolerance();
  }

  /** Where a message goes, and how it is proven. */
  record Target(Instance instance, UUID tenantId, WebhookProof proof) {

    Sender.Proven sender() {
      return new Sender.Proven(tenantId, Optional.of(instance.id()));
    }
  }

  /** The one that an address names; fails if there is none, or it takes no messages. */
  CompletableFuture<Target> find(RoutingContext context) {
    return instance(context)
        .thenApply(found -> found.orElseThrow(WebhookTargets::missing))
        .thenCompose(instance -> target(context, instance));
  }

  private CompletableFuture<Optional<Instance>> instance(RoutingContext context) {
    String name = context.pathParam("instance");
    String event = context.pathParam("event");
    if (name == null) {
      return instances.lookUpDefault();
    }
    if (event == null) {
      return instanceOrDefault(name);
    }
    // Which event it is, the message says itself.
    return EvolutionMessage.isEventName(event)
        ? instances.lookUp(name)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * The instance of this name. What is an event's name, and no instance's, stands behind the
   * address of the default instance.
   */
  private CompletableFuture<Optional<Instance>> instanceOrDefault(String name) {
    CompletableFuture<Optional<Instance>> found = instances.lookUp(name);
    return EvolutionMessage.KNOWN_EVENTS.contains(name)
        ? found.thenCompose(
            instance ->
                instance.isPresent()
                    ? CompletableFuture.completedFuture(instance)
                    : instances.lookUpDefault())
        : found;
  }

  private CompletableFuture<Target> target(RoutingContext context, Instance instance) {
    if (!instance.active()) {
      throw inactive("The instance is not active.");
    }
    WebhookProof proof =
        WebhookProof.of(instance, context.request().headers(), clock.instant(), tolerance);
    UUID tenantId =
        instance.tenantId().orElseThrow(() -> inactive("The instance has no tenant yet."));
    return tenants
        .lookUp(tenantId)
        .thenApply(
            tenant -> {
              if (tenant.filter(TenantEntry::active).isEmpty()) {
                throw inactive("The instance's tenant is not active.");
              }
              return new Target(instance, tenantId, proof);
            });
  }

  private static TenantryException missing() {
    return new TenantryException(ErrorCode.INSTANCE_NOT_FOUND, "There is no such instance.");
  }

  private static TenantryException inactive(String detail) {
    return new TenantryException(ErrorCode.INSTANCE_INACTIVE, detail);
  }
}
