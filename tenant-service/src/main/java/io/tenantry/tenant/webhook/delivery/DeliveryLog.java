package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.http.Page;
import io.tenantry.kernel.http.PageRequest;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.Endpoints;
import io.tenantry.tenant.webhook.endpoint.Owner;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;

/** The log of deliveries, and what its reader may send again. */
@Singleton
public final class DeliveryLog {

  private static final int BATCH = 2000;

  private final DeliveryLogStore store;
  private final FanOutStore fanOut;
  private final Endpoints endpoints;
  private final Dispatcher dispatcher;
  private final Clock clock;

  DeliveryLog(
      DeliveryLogStore store,
      FanOutStore fanOut,
      Endpoints endpoints,
      Dispatcher dispatcher,
      Clock clock) {
    this.store = store;
    this.fanOut = fanOut;
    this.endpoints = endpoints;
    this.dispatcher = dispatcher;
    this.clock = clock;
  }

  /** A page of an owner's deliveries, newest event first. */
  public Page<Delivery> list(Owner owner, DeliveryFilter filter, PageRequest page) {
    return store.list(owner, filter, page.afterId().orElse(null), page.size());
  }

  /**
   * A delivery of this owner.
   *
   * @throws TenantryException {@code WEBHOOK_DELIVERY_NOT_FOUND}
   */
  public DeliveryDetails get(Owner owner, UUID deliveryId) {
    return store
        .find(owner, deliveryId)
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.WEBHOOK_DELIVERY_NOT_FOUND,
                    "There is no webhook delivery " + deliveryId + "."));
  }

  /**
   * Sends a delivery again, with the same id, also if it was delivered.
   *
   * @throws TenantryException {@code WEBHOOK_DELIVERY_NOT_FOUND}, or {@code
   *     WEBHOOK_ENDPOINT_DISABLED}
   */
  public Delivery resend(Owner owner, UUID deliveryId) {
    UUID endpointId = get(owner, deliveryId).delivery().endpointId();
    Endpoints.requireNotDisabled(endpoints.get(owner, endpointId));
    store.resend(endpointId, deliveryId, clock.instant());
    dispatcher.wake();
    return get(owner, deliveryId).delivery();
  }

  /**
   * Sends the failed deliveries of a period again.
   *
   * @return their number
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}, or {@code
   *     WEBHOOK_ENDPOINT_DISABLED}
   */
  public int recover(Owner owner, UUID endpointId, Period period) {
    requireSending(owner, endpointId);
    Instant now = clock.instant();
    int all = 0;
    int changed;
    do {
      changed = store.resendFailed(owner, endpointId, period, now, BATCH);
      all += changed;
      dispatcher.wake();
    } while (changed == BATCH);
    return all;
  }

  /**
   * Sends the events of a period that were never queued for the endpoint.
   *
   * @return their number
   * @throws TenantryException as {@link #recover}
   */
  public int replayMissing(Owner owner, UUID endpointId, Period period) {
    requireSending(owner, endpointId);
    Instant now = clock.instant();
    int all = 0;
    FanOutStore.Part part = new FanOutStore.Part(0, 0);
    do {
      part = fanOut.queueMissing(owner, endpointId, period, part.last(), now, BATCH);
      all += part.deliveries();
      dispatcher.wake();
    } while (part.last() > 0);
    return all;
  }

  private void requireSending(Owner owner, UUID endpointId) {
    Endpoint endpoint = endpoints.get(owner, endpointId);
    Endpoints.requireNotDisabled(endpoint);
  }
}
