package io.tenantry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Plain requests to a service. */
final class ServiceHttp {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI service;

  ServiceHttp(URI service) {
    this.service = service;
  }

  /** An answer of a service. */
  record Answer(int status, HttpHeaders headers, String body) {

    /** A header; empty if there is none. */
    String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    String contentType() {
      return header("Content-Type");
    }
  }

  /** Sends a GET without credentials. */
  Answer get(String path) {
    return send(request(path));
  }

  /** Sends a GET with a bearer key. */
  Answer get(String path, String key) {
    return send(request(path).header("Authorization", "Bearer " + key));
  }

  /** Posts JSON with a bearer key. */
  Answer post(String path, String key, Map<String, String> headers, String json) {
    HttpRequest.Builder request =
        request(path)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    headers.forEach(request::header);
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(service.resolve(path)).timeout(LIMIT);
  }

  private Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for an answer", e);
    }
  }
}
