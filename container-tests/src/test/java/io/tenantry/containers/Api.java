package io.tenantry.containers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The REST API of a service, called with one key. */
final class Api {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  // HTTP/1.1: in production, too, many short-lived clients call the service.
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI service;
  private final String key;

  Api(URI service, String key) {
    this.service = service;
    this.key = key;
  }

  /** A response; its body is an empty object if the response has none. */
  record Answer(int status, JsonNode body) {}

  /** The same service, called with another key. */
  Api as(String otherKey) {
    return new Api(service, otherKey);
  }

  Answer get(String path) throws IOException {
    return send("GET", path, "");
  }

  Answer post(String path, String body) throws IOException {
    return send("POST", path, body);
  }

  /**
   * Sends a request.
   *
   * @param headers alternating names and values
   */
  Answer send(String method, String path, String body, String... headers) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.resolve(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json");
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(
          answer.statusCode(), MAPPER.readTree(answer.body().isEmpty() ? "{}" : answer.body()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  boolean isReady() {
    try {
      return get("/q/health/ready").status() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
