package io.tenantry.tenant.webhook.delivery;

/** A queue that this replica gives back, with the health of its endpoint. */
record QueueRelease(ClaimedQueue queue, EndpointHealth health) {}
