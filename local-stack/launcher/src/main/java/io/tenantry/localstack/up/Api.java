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

/** Calls the services' REST APIs, by default with the admin key. */
final class Api {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client;
  private final String adminKey;
  private final ObjectMapper json = new ObjectMapper();

  Api(HttpClient client, String adminKey) {
    this.client = client;
    this.adminKey = adminKey;
  }

  /** Status and body of a response; an empty body is a missing node. */
  record Response(int status, JsonNode body) {}

  Response get(URI address) {
    return send(HttpRequest.newBuilder(address).GET());
  }

  Response post(URI address, String body) {
    return post(address, body, adminKey);
  }

  /** Sends a POST request with another key, such as a tenant's. */
  Response post(URI address, String body, String key) {
    return send(
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)),
        key);
  }

  private Response send(HttpRequest.Builder builder) {
    return send(builder, adminKey);
  }

  private Response send(HttpRequest.Builder builder, String key) {
    HttpRequest request =
        builder
            .header("Authorization", "Bearer " + key)
            .header("Accept", "application/json, application/problem+json")
            .timeout(TIMEOUT)
            .build();
    String call = request.method() + " " + request.uri();
    try {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return new Response(response.statusCode(), parse(call, response.body()));
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
      throw new LocalStackException(call + " returned a body that is not JSON", e);
    }
  }
}
