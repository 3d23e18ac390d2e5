package io.tenantry.ingestion.instance;

import io.tenantry.kernel.db.SqlError;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.tenant.TenantDirectory;
import io.tenantry.kernel.tenant.TenantStatus;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Manages channel instances. If there are instances, exactly one is the default. */
@Singleton
final class Instances {

  private final InstanceStore store;
  private final InstanceDirectory directory;
  private final TenantDirectory tenants;
  private final Clock clock;

  Instances(
      InstanceStore store, InstanceDirectory directory, TenantDirectory tenants, Clock clock) {
    this.store = store;
    this.directory = directory;
    this.tenants = tenants;
    this.clock = clock;
  }

  Page<Instance> list(String after, int limit) {
    return store.list(after, limit);
  }

  Instance get(String name) {
    return store.find(name).orElseThrow(() -> notFound(name));
  }

  Instance getDefault() {
    return store
        .findDefault()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.INSTANCE_NOT_FOUND,
                    "There is no instance yet. Create one with POST /api/v1/instances."));
  }

  Instance create(CreateInstance request) {
    if (EvolutionMessage.KNOWN_EVENTS.contains(request.name())) {
      throw new InvalidRequest("name", "must not be the name of one of Evolution's events");
    }
    requireTenant(request.tenantId());
    Instant now = clock.instant();
    Instance instance =
        new Instance(
            UUID.randomUUID(),
            request.name(),
            Optional.of(request.tenantId()),
            request.channelType() == null ? "whatsapp" : request.channelType(),
            request.settings(),
            CreateInstance.present(request.webhookSecret()),
            request.webhookSigning() == null ? WebhookSigning.BODY : request.webhookSigning(),
            false,
            !Boolean.FALSE.equals(request.isActive()),
            now,
            now);
    requireSigningKey(instance);
    try {
      store.inTransaction(
          sql -> {
            boolean first = store.count(sql) == 0;
            store.add(sql, instance);
            if (first || Boolean.TRUE.equals(request.isDefault())) {
              store.makeDefault(sql, instance.id());
            }
            return instance;
          });
    } catch (SqlError e) {
      if (e.violatesUnique("instances_name_key")) {
        throw new TenantryException(
            ErrorCode.INSTANCE_NAME_TAKEN,
            "An instance named " + request.name() + " exists. Choose another name.",
            e);
      }
      throw e;
    }
    directory.invalidate();
    return get(request.name());
  }

  Instance change(String name, ChangeInstance request) {
    if (request.tenantId() != null) {
      requireTenant(request.tenantId());
    }
    store.inTransaction(
        sql -> {
          Instance changed =
              request.applyTo(store.find(sql, name).orElseThrow(() -> notFound(name)));
          requireSigningKey(changed);
          store.update(sql, changed);
          return changed;
        });
    directory.invalidate();
    return get(name);
  }

  Instance makeDefault(String name) {
    store.inTransaction(
        sql -> {
          Instance instance = store.find(sql, name).orElseThrow(() -> notFound(name));
          store.makeDefault(sql, instance.id());
          return instance;
        });
    directory.invalidate();
    return get(name);
  }

  void delete(String name) {
    store.inTransaction(
        sql -> {
          Instance instance = store.find(sql, name).orElseThrow(() -> notFound(name));
          if (store.count(sql) == 1) {
            throw new TenantryException(
                ErrorCode.LAST_INSTANCE,
                "The last instance cannot be deleted. Create another one first.");
          }
          store.remove(sql, instance);
          return instance;
        });
    directory.invalidate();
  }

  private static void requireSigningKey(Instance instance) {
    if (instance.webhookSigning() != WebhookSigning.STANDARD) {
      return;
    }
    String secret =
        instance
            .webhookSecret()
            .orElseThrow(
                () ->
                    new InvalidRequest(
                        "webhook_secret", "is required with webhook_signing=standard"));
    if (!WebhookProof.isStandardSecret(secret)) {
      throw new InvalidRequest(
          "webhook_secret",
          "must have at least 16 bytes, in base64 after " + WebhookProof.STANDARD_PREFIX);
    }
  }

  private void requireTenant(UUID tenantId) {
    boolean exists =
        tenants
            .find(tenantId)
            .filter(tenant -> tenant.status() != TenantStatus.DELETED)
            .isPresent();
    if (!exists) {
      throw new InvalidRequest("tenant_id", "must be the id of a tenant that is not deleted");
    }
  }

  private static TenantryException notFound(String name) {
    return new TenantryException(
        ErrorCode.INSTANCE_NOT_FOUND, "There is no instance named " + name + ".");
  }
}
