package io.tenantry.console.proxy;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The rule which headers are passed on: those that the services' API uses, and no others. So
 * neither cookies nor credentials reach a service, nor does a service set cookies or policies.
 */
final class Headers {

  private static final List<String> REQUEST =
      List.of(
          "Accept",
          "Accept-Language",
          "Content-Length",
          "Content-Type",
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "Prefer",
          "Traceparent");

  private static final List<String> RESPONSE =
      List.of(
          "Cache-Control",
          "Content-Disposition",
          "Content-Length",
          "Content-Type",
          "ETag",
          "Idempotency-Replayed",
          "Last-Modified",
          "Retry-After");

  private static final String API = "/api/v1/";

  private Headers() {}

  /**
   * The headers of a request to a service.
   *
   * @param token what the service knows the caller by
   */
  static Map<String, String> forRequest(MultiMap received, String token) {
    Map<String, String> headers = chosen(received, REQUEST);
    headers.put(HttpHeaders.AUTHORIZATION.toString(), "Bearer " + token);
    return headers;
  }

  /**
   * The headers of an answer to the browser.
   *
   * @param publicPrefix the console's path of the service's {@code /api/v1/}
   */
  static Iterable<Map.Entry<String, String>> forResponse(MultiMap received, String publicPrefix) {
    Map<String, String> headers = chosen(received, RESPONSE);
    Optional.ofNullable(received.get(HttpHeaders.LOCATION))
        .flatMap(location -> rewritten(location, publicPrefix))
        .ifPresent(location -> headers.put(HttpHeaders.LOCATION.toString(), location));
    return headers.entrySet();
  }

  private static Map<String, String> chosen(MultiMap received, List<String> names) {
    Map<String, String> headers = new TreeMap<>();
    for (String name : names) {
      List<String> values = received.getAll(name);
      if (!values.isEmpty()) {
        headers.put(name, String.join(", ", values));
      }
    }
    return headers;
  }

  /** The location under the console's address; empty if it is not one of the service's API. */
  static Optional<String> rewritten(String location, String publicPrefix) {
    try {
      String path = URI.create(location).getRawPath();
      return path != null && path.startsWith(API)
          ? Optional.of(publicPrefix + path.substring(API.length()))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
