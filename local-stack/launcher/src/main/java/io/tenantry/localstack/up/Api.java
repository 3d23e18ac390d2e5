package io.tenantry.localstack.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Calls of the services' REST API, with the admin key unless another one is given. */
final class Api {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient client;
  private final String adminKey;
  private final ObjectMapper json = new ObjectMapper();

  Api(HttpClient client, String adminKey) {
    this.client = client;
    this.adminKey = adminKey;
  }

  /** Status and body of an answer; the body is a missing node when there is none. */
  record Answer(int status, JsonNode body) {}

  Answer get(URI address) {
    return send(HttpRequest.newBuilder(address).GET());
  }

  Answer post(URI address, String body) {
    return post(address, body, adminKey);
  }

  /** Posts with another key, such as a tenant's. */
  Answer post(URI address, String body, String key) {
    return send(
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        key);
  }

  private Answer send(HttpRequest.Builder builder) {
    return send(builder, adminKey);
  }

  private Answer send(HttpRequest.Builder builder, String key) {
    HttpRequest request =
        builder
            .header("Authorization", "Bearer " + key)
            .header("Accept", "application/json, application/problem+json")
            .timeout(LIMIT)
            .build();
    String call = request.method() + " " + request.uri();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Answer(response.statusCode(), parse(call, response.body()));
    } catch (IOException e) {
      throw new LocalStackException(call + " failed: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted in " + call, e);
    }
  }

  private JsonNode parse(String call, String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : json.readTree(body);
    } catch (JsonProcessingException e) {
      throw new LocalStackException(call + " answered with no JSON", e);
    }
  }
}
