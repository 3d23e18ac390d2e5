package io.tenantry.tenant.webhook.delivery;

import io.tenantry.kernel.outbound.OutboundHttp;
import io.tenantry.kernel.outbound.OutboundResult;
import io.tenantry.tenant.webhook.endpoint.Endpoint;
import io.tenantry.tenant.webhook.endpoint.EndpointSecrets;
import io.tenantry.tenant.webhook.endpoint.WebhookConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Sends messages over HTTP, to addresses that are checked for each of them. */
@Singleton
final class HttpMessageSender implements MessageSender {

  private static final int MOST_RESPONSE_BYTES = 1024;

  private final OutboundHttp http;
  private final WebhookConfig config;
  private final Clock clock;

  HttpMessageSender(OutboundHttp http, WebhookConfig config, Clock clock) {
    this.http = http;
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Optional<Attempt> send(
      Endpoint endpoint, EndpointSecrets secrets, String messageId, String payload) {
    Instant at = clock.instant();
    byte[] body = payload.getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = new HashMap<>(secrets.headers());
    headers.put("Content-Type", "application/json");
    headers.put("User-Agent", "Tenantry-Webhooks");
    headers.putAll(secrets.signatureHeaders(messageId, at, body));
    OutboundResult result =
        http.post(URI.create(endpoint.url()), headers, body, config.timeout(), MOST_RESPONSE_BYTES);
    return switch (result) {
      case OutboundResult.Response response -> Optional.of(attempt(at, response));
      case OutboundResult.Failure failure when failure.reason() == OutboundResult.Reason.BUSY ->
          Optional.empty();
      case OutboundResult.Failure failure ->
          Optional.of(
              new Attempt(
                  at,
                  failure.latency(),
                  Optional.empty(),
                  Optional.of(failure.message()),
                  Optional.empty(),
                  Optional.empty()));
    };
  }

  private static Attempt attempt(Instant at, OutboundResult.Response response) {
    Instant now = at.plus(response.latency());
    return new Attempt(
        at,
        response.latency(),
        Optional.of(response.status()),
        Optional.empty(),
        // What an address inside answers could be used to look around there.
        Optional.of(response).filter(answer -> !answer.inside()).map(HttpMessageSender::text),
        response.header("Retry-After").flatMap(value -> RetryAfter.parse(value, now)));
  }

  /** The body as text that PostgreSQL can store. */
  private static String text(OutboundResult.Response response) {
    return response.body().replace('\0', '\ufffd');
  }
}
