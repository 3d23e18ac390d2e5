package io.tenantry.tenant.webhook.delivery;

import java.time.Instant;

/** What follows an attempt of a delivery. */
sealed interface DeliveryDecision {

  /** The endpoint accepted the message. */
  record Delivered() implements DeliveryDecision {}

  /** It is sent again. */
  record Retry(Instant at) implements DeliveryDecision {}

  /** It is not sent again unless it is resent by request. */
  record Failed() implements DeliveryDecision {}
}
