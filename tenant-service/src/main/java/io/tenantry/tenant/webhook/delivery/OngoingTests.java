package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.endpoint.Owner;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The tests of endpoints that are in progress: one of an endpoint, and few of an owner, whose
 * receivers may be slow on purpose. Otherwise tests could be used to flood a receiver, or to keep
 * others from testing.
 */
final class OngoingTests {

  private static final int MOST_AT_ONCE = 20;
  private static final int MOST_OF_ONE_OWNER = 2;

  private final Map<UUID, Owner> owners = new HashMap<>();

  /** Returns false if the test must not start now. */
  synchronized boolean start(Owner owner, UUID endpointId) {
    return owners.size() < MOST_AT_ONCE
        && owners.values().stream().filter(owner::equals).count() < MOST_OF_ONE_OWNER
        && owners.putIfAbsent(endpointId, owner) == null;
  }

  synchronized void end(UUID endpointId) {
    owners.remove(endpointId);
  }
}
