package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Decides what follows an attempt, for the delivery and for its endpoint. */
@Singleton
class DeliveryRules {

  private final RetrySchedule schedule;
  private final Duration disableAfter;

  @Inject
  DeliveryRules(SecureRandom random, WebhookConfig config) {
    this((RandomGenerator) random, config.disableAfter());
  }

  DeliveryRules(RandomGenerator random, Duration disableAfter) {
    this.schedule = new RetrySchedule(random);
    this.disableAfter = disableAfter;
  }

  /**
   * What follows for the delivery.
   *
   * @param failures how many attempts of the schedule failed before
   */
  DeliveryDecision decide(int failures, Attempt attempt) {
    if (attempt.succeeded()) {
      return new DeliveryDecision.Delivered();
    }
    if (attempt.isGone()) {
      return new DeliveryDecision.Failed();
    }
    Instant now = attempt.at().plus(attempt.latency());
    Optional<Instant> next = schedule.after(failures + 1).map(now::plus);
    return next.<DeliveryDecision>map(
            at -> new DeliveryDecision.Retry(attempt.retryAfter().filter(at::isBefore).orElse(at)))
        .orElseGet(DeliveryDecision.Failed::new);
  }

  /** What follows for the endpoint. */
  EndpointHealth assess(EndpointHealth before, Attempt attempt) {
    return before.after(attempt, schedule, disableAfter);
  }
}
