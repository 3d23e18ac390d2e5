package io.tenantry.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Fuzzes a service with valid and invalid requests that are generated from its OpenAPI document and
 * a seed. The service must answer soon, never with 500, and every refusal must be a problem detail
 * without internals.
 */
public final class ApiFuzz {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** What no answer may contain: stack traces, SQL, class names. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "Exception|\\bat (io|java)\\.|\\bjava\\.|INSERT INTO|SELECT .*"
              + " FROM|SQLSTATE|PgException");

  /** Longer than any value may be; with several, the request line is still accepted. */
  private static final int TOO_LONG = 400;

  private static final List<String> METHODS = List.of("get", "post", "put", "patch", "delete");

  private static final int URI_TOO_LONG = 414;

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper mapper = new ObjectMapper();
  private final URI service;
  private final String adminKey;
  private final Random random;
  private final JsonNode api;
  private final FuzzedJson bodies;

  /**
   * @param service its URL
   * @param seed of the requests
   */
  public ApiFuzz(URI service, String adminKey, long seed) {
    this.service = service;
    this.adminKey = adminKey;
    this.random = new Random(seed);
    try {
      this.api =
          mapper.readTree(new ServiceHttp(service).get("/q/openapi?format=json", adminKey).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.bodies = new FuzzedJson(api, random);
  }

  /**
   * Calls each operation several times.
   *
   * @return the faults found in answers; may be empty
   */
  public List<String> run(int times) {
    List<String> faults = new ArrayList<>();
    for (var path : api.path("paths").properties()) {
      for (String method : METHODS) {
        JsonNode operation = path.getValue().path(method);
        for (int n = 0; n < times && !operation.isMissingNode(); n++) {
          ask(path.getKey(), method, operation, faults);
        }
      }
    }
    return faults;
  }

  private void ask(String path, String method, JsonNode operation, List<String> faults) {
    byte[] body =
        operation.has("requestBody")
            ? body(operation.path("requestBody").path("content"))
            : new byte[0];
    String target = target(path, operation);
    HttpRequest request =
        HttpRequest.newBuilder(service.resolve(target))
            .timeout(LIMIT)
            .header("Authorization", "Bearer " + adminKey)
            .header(
                "Content-Type",
                oneOf("application/json", "application/json", "application/json", "text/plain"))
            .header("Accept", oneOf("*/*", "application/json", "text/html"))
            .header(
                "Idempotency-Key",
                oneOf("", "ä", "x".repeat(300), Long.toHexString(random.nextLong())))
            .header("Prefer", oneOf("respond-async", "wait=0", ";;,"))
            .method(
                method.toUpperCase(java.util.Locale.ROOT),
                HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    String question =
        "%s %s %s".formatted(method, target, new String(body, StandardCharsets.UTF_8));
    try {
      judge(client.send(request, HttpResponse.BodyHandlers.ofString()), question, faults);
    } catch (IOException e) {
      faults.add("no answer (%s) to %s".formatted(e, question));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static void judge(HttpResponse<String> answer, String question, List<String> faults) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    // The server itself refuses a request line over 4 KiB, before the service sees it.
    boolean refused = answer.statusCode() >= 400 && answer.statusCode() != URI_TOO_LONG;
    boolean explained =
        type.startsWith("application/problem+json") && answer.body().contains("\"code\"");
    boolean badlyRefused = refused && (!explained || INSIDE.matcher(answer.body()).find());
    if (answer.statusCode() == 500 || badlyRefused) {
      faults.add("%d %s %s to %s".formatted(answer.statusCode(), type, answer.body(), question));
    }
  }

  private String target(String path, JsonNode operation) {
    String target = path;
    StringBuilder query = new StringBuilder();
    for (JsonNode parameter : operation.path("parameters")) {
      String name = parameter.path("name").asText();
      switch (parameter.path("in").asText()) {
        case "path" -> target = target.replace("{" + name + "}", pathValue());
        case "query" -> {
          if (random.nextBoolean()) {
            query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(queryValue());
          }
        }
        default -> {}
      }
    }
    return target.replaceAll("\\{[^}]*}", pathValue()) + query;
  }

  private String pathValue() {
    return oneOf(
        "00000000-0000-4000-8000-000000000000",
        "no-uuid",
        "%00",
        "%ff%fe",
        "..%2f..%2fetc",
        "%27%20OR%201=1",
        "a".repeat(TOO_LONG),
        "%F0%9F%90%98");
  }

  private String queryValue() {
    return oneOf(
        "1",
        "0",
        "-1",
        "501",
        "99999999999999999999",
        "",
        "%00",
        "%ff",
        "%27--",
        "active",
        "true",
        "00000000-0000-4000-8000-000000000000",
        "a".repeat(TOO_LONG),
        "%F0%9F%90%98");
  }

  private byte[] body(JsonNode content) {
    JsonNode schema =
        content.isEmpty()
            ? content
            : content.properties().iterator().next().getValue().path("schema");
    String json;
    try {
      json = mapper.writeValueAsString(bodies.of(schema));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return switch (random.nextInt(12)) {
      case 0 ->
          json.substring(0, random.nextInt(json.length() + 1)).getBytes(StandardCharsets.UTF_8);
      case 1 -> new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1};
      case 2 -> ("[".repeat(5000) + "]".repeat(5000)).getBytes(StandardCharsets.UTF_8);
      case 3 -> (json + json).getBytes(StandardCharsets.UTF_8);
      case 4 -> json.getBytes(StandardCharsets.UTF_16);
      default -> json.getBytes(StandardCharsets.UTF_8);
    };
  }

  private String oneOf(String... values) {
    return values[random.nextInt(values.length)];
  }
}
