package io.tenantry.tenant.webhook.endpoint;

import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.db.Sql;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.kernel.outbound.OutboundPolicy;
import io.tenantry.tenant.provisioning.TenantIds;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Creates, changes and deletes webhook endpoints. */
@Singleton
public final class Endpoints {

  private static final Logger LOG = Logger.getLogger(Endpoints.class);

  private final Database database;
  private final EndpointStore store;
  private final OutboundPolicy addresses;
  private final WebhookConfig config;
  private final TenantIds ids;
  private final SecureRandom random;
  private final Clock clock;
  private final CheckLimit checks = new CheckLimit();

  Endpoints(
      Database database,
      EndpointStore store,
      OutboundPolicy addresses,
      WebhookConfig config,
      TenantIds ids,
      SecureRandom random,
      Clock clock) {
    this.database = database;
    this.store = store;
    this.addresses = addresses;
    this.config = config;
    this.ids = ids;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Creates an endpoint.
   *
   * @throws TenantryException {@code QUOTA_EXCEEDED}, {@code OUTBOUND_ADDRESS_REFUSED}, or {@code
   *     RATE_LIMITED}
   */
  public IssuedSecret create(Owner owner, CreateEndpoint request) {
    EndpointSettings settings =
        new EndpointSettings(
            requireUrl(owner, request.url()),
            orElse(request.description(), ""),
            EndpointRules.requireTypes(owner, orElse(request.eventTypes(), List.of())),
            EndpointRules.requireTenants(owner, orElse(request.tenantIds(), List.of())),
            orElse(request.ordered(), false),
            Optional.ofNullable(request.rateLimit()));
    Map<String, String> headers = EndpointRules.requireHeaders(orElse(request.headers(), Map.of()));
    SigningKey key = key(request.secret(), request.algorithm(), SigningAlgorithm.HMAC_SHA256);
    UUID endpointId = ids.next();
    Endpoint created =
        database.inTransaction(
            sql -> {
              requireRoom(sql, owner);
              store.add(
                  sql,
                  endpointId,
                  owner,
                  settings,
                  new EndpointSecrets(key.text(), List.of(), headers));
              return require(store.find(sql, owner, endpointId), endpointId);
            });
    return IssuedSecret.of(created, key);
  }

  private String requireUrl(Owner owner, String url) {
    return checks.run(owner, () -> addresses.check(url)).uri().toString();
  }

  private void requireRoom(Sql transaction, Owner owner) {
    if (owner.tenantId().isEmpty()) {
      return;
    }
    transaction.run(
        "SELECT pg_advisory_xact_lock(hashtextextended('webhook endpoints ' || $1, 0))",
        owner.tenantId().get().toString());
    long endpoints = store.count(transaction, owner);
    if (endpoints >= config.endpointsPerTenant()) {
      throw new TenantryException(
          ErrorCode.QUOTA_EXCEEDED,
          "The tenant has %d of %d webhook endpoints; delete some, or raise the limit."
              .formatted(endpoints, config.endpointsPerTenant()));
    }
  }

  private SigningKey key(
      @Nullable String text, @Nullable SigningAlgorithm wanted, SigningAlgorithm otherwise) {
    if (text == null) {
      return SigningKey.generate(orElse(wanted, otherwise), random);
    }
    SigningKey key = SigningKey.parse(text);
    if (wanted != null && key.algorithm() != wanted) {
      throw new InvalidRequest("secret", "is not a secret of the algorithm " + wanted);
    }
    return key;
  }

  /** A page of an owner's endpoints, oldest first. */
  public Page<Endpoint> list(Owner owner, PageRequest page) {
    return store.list(owner, page.afterId().orElse(null), page.size());
  }

  /**
   * An endpoint of this owner.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}
   */
  public Endpoint get(Owner owner, UUID endpointId) {
    return require(store.find(database, owner, endpointId), endpointId);
  }

  /**
   * Changes what the request names.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}, {@code OUTBOUND_ADDRESS_REFUSED},
   *     or {@code RATE_LIMITED}
   */
  public Endpoint change(Owner owner, UUID endpointId, ChangeEndpoint request) {
    // Resolving a name may take seconds, so it is not done in the transaction.
    @Nullable String url = request.url() == null ? null : requireUrl(owner, request.url());
    return database.inTransaction(
        sql -> {
          Endpoint endpoint = lock(sql, owner, endpointId);
          EndpointSettings settings = changed(endpoint, url, request);
          store.update(sql, endpointId, settings);
          if (!settings.url().equals(endpoint.url())) {
            store.resetQueue(sql, endpointId);
          }
          if (request.headers() != null) {
            EndpointSecrets secrets = store.secrets(sql, endpointId);
            store.replaceSecrets(
                sql,
                endpointId,
                secrets.withHeaders(EndpointRules.requireHeaders(request.headers())));
          }
          return require(store.find(sql, owner, endpointId), endpointId);
        });
  }

  private static EndpointSettings changed(
      Endpoint endpoint, @Nullable String url, ChangeEndpoint request) {
    if (url != null
        && request.headers() == null
        && !endpoint.headerNames().isEmpty()
        && !EndpointRules.isSameReceiver(endpoint.url(), url)) {
      // Otherwise their values could be read by sending them elsewhere.
      throw new InvalidRequest("headers", "must be sent again with a URL of another host");
    }
    EndpointSettings now = EndpointSettings.of(endpoint);
    return new EndpointSettings(
        orElse(url, now.url()),
        orElse(request.description(), now.description()),
        EndpointRules.requireTypes(
            endpoint.owner(), orElse(request.eventTypes(), now.eventTypes())),
        EndpointRules.requireTenants(
            endpoint.owner(), orElse(request.tenantIds(), now.tenantIds())),
        orElse(request.ordered(), now.ordered()),
        request.rateLimit() == null
            ? now.rateLimit()
            : Optional.of(request.rateLimit()).filter(limit -> limit > 0));
  }

  /**
   * Replaces the signing secret; the previous one signs as well for the overlap.
   *
   * @throws InvalidRequest if too many previous secrets still sign
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}
   */
  public IssuedSecret rotate(Owner owner, UUID endpointId, RotateSecret request) {
    Duration overlap =
        Optional.ofNullable(request.overlapSeconds())
            .map(Duration::ofSeconds)
            .orElse(config.secretOverlap());
    return database.inTransaction(
        sql -> {
          Endpoint endpoint = lock(sql, owner, endpointId);
          SigningKey key = key(request.secret(), request.algorithm(), endpoint.algorithm());
          EndpointSecrets secrets = store.secrets(sql, endpointId);
          store.replaceSecrets(sql, endpointId, secrets.rotated(key, clock.instant(), overlap));
          return IssuedSecret.of(require(store.find(sql, owner, endpointId), endpointId), key);
        });
  }

  /** The secrets of an endpoint of this owner, to sign a test message. */
  public EndpointSecrets secrets(Owner owner, UUID endpointId) {
    return database.inTransaction(
        sql -> {
          Endpoint unused = lock(sql, owner, endpointId);
          return store.secrets(sql, endpointId);
        });
  }

  /**
   * Pauses an endpoint: its messages are queued until it is resumed. Idempotent.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}, or {@code
   *     WEBHOOK_ENDPOINT_DISABLED}
   */
  public Endpoint pause(Owner owner, UUID endpointId) {
    return database.inTransaction(
        sql -> {
          requireNotDisabled(lock(sql, owner, endpointId));
          store.setStatus(sql, endpointId, EndpointStatus.PAUSED, Optional.empty());
          return require(store.find(sql, owner, endpointId), endpointId);
        });
  }

  /**
   * Makes a paused or disabled endpoint active. Idempotent.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}
   */
  public Endpoint resume(Owner owner, UUID endpointId) {
    return database.inTransaction(
        sql -> {
          if (lock(sql, owner, endpointId).status() != EndpointStatus.ACTIVE) {
            store.setStatus(sql, endpointId, EndpointStatus.ACTIVE, Optional.empty());
            store.resetQueue(sql, endpointId);
          }
          return require(store.find(sql, owner, endpointId), endpointId);
        });
  }

  /**
   * Deletes an endpoint with its secrets, its queue and its log.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}
   */
  public void delete(Owner owner, UUID endpointId) {
    database.transact(
        sql -> {
          Endpoint unused = lock(sql, owner, endpointId);
          store.delete(sql, endpointId);
        });
  }

  /** Destroys previous signing keys that have expired; returns the number of endpoints. */
  public int removeExpiredKeys(int limit) {
    List<Endpoint> expired = store.findWithExpiredKeys(limit);
    for (Endpoint endpoint : expired) {
      try {
        removeExpiredKeys(endpoint);
      } catch (KeyRing.UndecryptableException e) {
        LOG.errorf(
            "the secrets of a webhook endpoint cannot be decrypted: no matching key endpoint=%s",
            endpoint.endpointId());
      }
    }
    return expired.size();
  }

  private void removeExpiredKeys(Endpoint endpoint) {
    database.transact(
        sql ->
            store
                .lock(sql, endpoint.owner(), endpoint.endpointId())
                .ifPresent(
                    locked -> {
                      EndpointSecrets secrets = store.secrets(sql, locked.endpointId());
                      store.replaceSecrets(
                          sql, locked.endpointId(), secrets.withoutExpired(clock.instant()));
                    }));
  }

  /**
   * Refuses an endpoint to which nothing is sent.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_DISABLED}
   */
  public static void requireNotDisabled(Endpoint endpoint) {
    if (endpoint.status() == EndpointStatus.DISABLED) {
      throw new TenantryException(
          ErrorCode.WEBHOOK_ENDPOINT_DISABLED,
          "The endpoint is disabled (%s); resume it first."
              .formatted(endpoint.disabledReason().orElse("by request")));
    }
  }

  private Endpoint lock(Sql transaction, Owner owner, UUID endpointId) {
    return require(store.lock(transaction, owner, endpointId), endpointId);
  }

  private static Endpoint require(Optional<Endpoint> found, UUID endpointId) {
    return found.orElseThrow(
        () ->
            new TenantryException(
                ErrorCode.WEBHOOK_ENDPOINT_NOT_FOUND,
                "There is no webhook endpoint " + endpointId + "."));
  }

  private static <T> T orElse(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
