package io.tenantry.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One service's REST API. */
public final class Api {

  private final String service;
  private final URI address;
  private final Optional<String> key;
  private final Duration timeout;
  private final HttpClient client;
  private final Exchanges exchanges;

  /**
   * For a service at an address.
   *
   * @param service its name, for errors
   * @param key the bearer key; empty for requests without credentials
   * @param timeout for an answer
   * @param exchanges is notified of every request and answer
   */
  public Api(
      String service,
      URI address,
      Optional<String> key,
      Duration timeout,
      HttpClient client,
      Exchanges exchanges) {
    this.service = service;
    this.address = address;
    this.key = key;
    this.timeout = timeout;
    this.client = client;
    this.exchanges = exchanges;
  }

  /**
   * An answer of a service.
   *
   * @param body a missing node if there is no JSON body
   */
  public record Answer(int status, JsonNode body, Optional<Instant> date) {}

  public String service() {
    return service;
  }

  public URI address() {
    return address;
  }

  /** The same service with another key. */
  public Api withKey(String other) {
    return new Api(service, address, Optional.of(other), timeout, client, exchanges);
  }

  /** The same service with a longer timeout, for requests that wait for the end of an operation. */
  public Api withMoreTime(Duration more) {
    return new Api(service, address, key, timeout.plus(more), client, exchanges);
  }

  /** The same service without a key, for readiness probes. */
  public Api withoutKey() {
    return new Api(service, address, Optional.empty(), timeout, client, exchanges);
  }

  public JsonNode get(Target target) {
    return send("GET", target, null).body();
  }

  public JsonNode post(Target target) {
    return send("POST", target, null).body();
  }

  public JsonNode post(Target target, Json.Body body) {
    return send("POST", target, body.node()).body();
  }

  public JsonNode put(Target target, Json.Body body) {
    return send("PUT", target, body.node()).body();
  }

  public JsonNode patch(Target target, Json.Body body) {
    return send("PATCH", target, body.node()).body();
  }

  public JsonNode delete(Target target) {
    return send("DELETE", target, null).body();
  }

  /**
   * Sends a request.
   *
   * @param headers in addition to the usual ones
   * @throws ApiException if it is refused
   * @throws UnreachableException if there is no answer
   */
  public Answer send(String method, Target target, @Nullable JsonNode body, String... headers) {
    HttpResponse<InputStream> response = exchange(method, target, body, headers);
    JsonNode json = json(response);
    exchanges.answered(response.statusCode(), json);
    refuse(response, json);
    return new Answer(response.statusCode(), json, date(response.headers()));
  }

  /** {@link #send} that returns refusals, too: readiness answers 503 with a body. */
  public Answer ask(Target target) {
    HttpResponse<InputStream> response = exchange("GET", target, null);
    JsonNode json = json(response);
    exchanges.answered(response.statusCode(), json);
    return new Answer(response.statusCode(), json, date(response.headers()));
  }

  /** A binary body; the caller closes it. */
  public InputStream download(Target target) {
    HttpResponse<InputStream> response = exchange("GET", target, null);
    exchanges.answered(response.statusCode(), MissingNode.getInstance());
    if (response.statusCode() >= 300) {
      refuse(response, json(response));
    }
    return response.body();
  }

  private HttpResponse<InputStream> exchange(
      String method, Target target, @Nullable JsonNode body, String... headers) {
    URI uri = URI.create(address.toString().replaceAll("/+$", "") + target.path());
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(timeout);
    BodyPublisher publisher = BodyPublishers.noBody();
    if (body != null) {
      publisher = BodyPublishers.ofByteArray(Json.bytes(body));
      request.header("Content-Type", "application/json");
    }
    request.method(method, publisher);
    request.header("Accept", "application/json, application/problem+json, */*;q=0.1");
    key.ifPresent(k -> request.header("Authorization", "Bearer " + k));
    if (!method.equals("GET")) {
      request.header("Idempotency-Key", UUID.randomUUID().toString());
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    HttpRequest ready = request.build();
    exchanges.asking(method, uri, ready.headers().map(), body);
    try {
      return client.send(ready, BodyHandlers.ofInputStream());
    } catch (HttpConnectTimeoutException e) {
      throw unreachable("no answer from " + address, e);
    } catch (HttpTimeoutException e) {
      throw unreachable("no answer within " + timeout.toMillis() / 1000.0 + " s (--timeout)", e);
    } catch (ConnectException e) {
      throw unreachable(
          isUnresolved(e)
              ? "there is no host " + address.getHost()
              : "connection refused by " + address,
          e);
    } catch (SSLException e) {
      throw unreachable("TLS with " + address + " fails: " + e.getMessage(), e);
    } catch (IOException e) {
      throw unreachable("the connection to " + address + " failed: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted", e);
    }
  }

  /** The client reports it as one of the causes. */
  private static boolean isUnresolved(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return true;
      }
    }
    return false;
  }

  private UnreachableException unreachable(String why, Exception cause) {
    return new UnreachableException(service + " is unreachable: " + why, cause);
  }

  private void refuse(HttpResponse<?> response, JsonNode json) {
    if (response.statusCode() >= 300) {
      throw new ApiException(response.statusCode(), json, retryAfter(response.headers()));
    }
  }

  private static long retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .filter(value -> value.matches("\\d{1,6}"))
        .map(Long::parseLong)
        .orElse(0L);
  }

  private static Optional<Instant> date(HttpHeaders headers) {
    try {
      return headers
          .firstValue("Date")
          .map(d -> ZonedDateTime.parse(d, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  private static JsonNode json(HttpResponse<InputStream> response) {
    try (InputStream body = response.body()) {
      byte[] bytes = body.readAllBytes();
      boolean json =
          response.headers().firstValue("Content-Type").filter(t -> t.contains("json")).isPresent();
      return json && bytes.length > 0 ? Json.MAPPER.readTree(bytes) : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A listener for requests and answers. */
  public interface Exchanges {
    /** A listener that ignores everything. */
    Exchanges NONE =
        new Exchanges() {
          @Override
          public void asking(
              String method,
              URI uri,
              Map<String, ? extends Iterable<String>> headers,
              @Nullable JsonNode body) {}

          @Override
          public void answered(int status, JsonNode body) {}
        };

    /** Called before a request is sent; the body is null if there is none. */
    void asking(
        String method,
        URI uri,
        Map<String, ? extends Iterable<String>> headers,
        @Nullable JsonNode body);

    /** Called after an answer was received. */
    void answered(int status, JsonNode body);
  }
}
