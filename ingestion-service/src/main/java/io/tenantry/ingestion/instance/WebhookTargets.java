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

/** Finds the instance and tenant that a webhook message is for, by its URL. Never blocks. */
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

  /** The instance and tenant of a message, and the proof of its sender. */
  record Target(Instance instance, UUID tenantId, WebhookProof proof) {

    Sender.Proven sender() {
      return new Sender.Proven(tenantId, Optional.of(instance.id()));
    }
  }

  /** The target that the URL names; fails if there is none, or if it is not active. */
  CompletableFuture<Target> find(RoutingContext context) {
    return instance(context)
        .thenApply(found -> found.orElseThrow(WebhookTargets::notFound))
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
    // The event's name in the URL is not used: the message contains it.
    return EvolutionMessage.isEventName(event)
        ? instances.lookUp(name)
        : CompletableFuture.completedFuture(Optional.empty());
  }

  /**
   * The instance of this name. If the name is an event's and no instance's, the URL is the default
   * instance's with the event appended.
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
    if (!instance.isActive()) {
      throw inactive("The instance is not active. Set is_active to accept messages.");
    }
    WebhookProof proof =
        WebhookProof.of(instance, context.request().headers(), clock.instant(), tolerance);
    UUID tenantId =
        instance
            .tenantId()
            .orElseThrow(() -> inactive("The instance has no tenant. Set its tenant_id."));
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

  private static TenantryException notFound() {
    return new TenantryException(
        ErrorCode.INSTANCE_NOT_FOUND, "There is no instance of this name.");
  }

  private static TenantryException inactive(String detail) {
    return new TenantryException(ErrorCode.INSTANCE_INACTIVE, detail);
  }
}
