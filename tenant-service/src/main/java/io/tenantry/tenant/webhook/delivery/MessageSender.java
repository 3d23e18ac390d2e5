package io.tenantry.tenant.webhook.delivery;

import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import java.util.Optional;

/** Sends one message to an endpoint, once. */
interface MessageSender {

  /**
   * Sends a message and waits for the response, until the timeout.
   *
   * @return empty if nothing was sent because too many requests to the same host wait
   */
  Optional<Attempt> send(
      Endpoint endpoint, EndpointSecrets secrets, String messageId, String payload);
}
