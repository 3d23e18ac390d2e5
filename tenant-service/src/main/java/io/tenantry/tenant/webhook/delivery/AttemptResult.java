package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.delivery.ClaimedQueue.DueDelivery;

/** An attempt of a delivery with what follows, to be stored. */
record AttemptResult(DueDelivery delivery, Attempt attempt, DeliveryDecision decision) {}
