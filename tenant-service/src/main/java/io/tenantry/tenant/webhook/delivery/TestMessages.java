package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.Endpoints;
import io.tenantry.tenant.webhook.endpoint.Owner;
import io.tenantry.tenant.webhook.event.Messages;
import io.tenantry.tenant.webhook.event.WebhookEventType;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** Sends examples to endpoints at once, without queue and log. */
@Singleton
public final class TestMessages {

  private final Endpoints endpoints;
  private final MessageSender sender;
  private final Messages messages;
  private final Clock clock;
  private final OngoingTests tests = new OngoingTests();

  TestMessages(Endpoints endpoints, MessageSender sender, Messages messages, Clock clock) {
    this.endpoints = endpoints;
    this.sender = sender;
    this.messages = messages;
    this.clock = clock;
  }

  /**
   * Sends the example of a type to an endpoint, also to a paused or disabled one, and waits for the
   * response.
   *
   * @throws TenantryException {@code WEBHOOK_ENDPOINT_NOT_FOUND}, or {@code RATE_LIMITED} while
   *     another test of the endpoint, or two of the owner, are in progress
   */
  public TestResult send(Owner owner, UUID endpointId, WebhookEventType type) {
    Endpoint endpoint = endpoints.get(owner, endpointId);
    if (!tests.start(owner, endpointId)) {
      throw rateLimited();
    }
    try {
      UUID messageId = UUID.randomUUID();
      return sender
          .send(
              endpoint,
              endpoints.secrets(owner, endpointId),
              Messages.id(messageId),
              Messages.payload(
                  type.id(), clock.instant(), messages.example(type, owner.tenantId())))
          .map(attempt -> result(messageId, attempt))
          .orElseThrow(TestMessages::rateLimited);
    } finally {
      tests.end(endpointId);
    }
  }

  private static TestResult result(UUID messageId, Attempt attempt) {
    return new TestResult(
        attempt.succeeded(),
        Messages.id(messageId),
        attempt.code(),
        attempt.error(),
        (int) attempt.latency().toMillis(),
        attempt.response());
  }

  private static TenantryException rateLimited() {
    return new TenantryException(
        ErrorCode.RATE_LIMITED, "Too many tests are in progress; try again later.");
  }
}
