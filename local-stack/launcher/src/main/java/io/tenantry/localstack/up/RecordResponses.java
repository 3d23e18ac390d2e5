package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tenantry.localstack.LocalStackException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * A proxy that forwards requests to the three services and records each response as a line of JSON,
 * for {@link CompareResponses}. The recording contains secrets of the services; use it only for
 * checks on this machine.
 */
public final class RecordResponses {

  /** Headers that belong to a connection; the client sets its own. */
  private static final Set<String> HOP_BY_HOP = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    HOP_BY_HOP.addAll(
        Set.of("Connection", "Content-Length", "Host", "Transfer-Encoding", "Upgrade", "Expect"));
  }

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path responses;

  private RecordResponses(Path responses) {
    this.responses = responses;
  }

  /**
   * Runs until it is stopped.
   *
   * @param arguments the file for the responses, and a shell file that exports the proxy's URLs,
   *     which is written when the proxy is ready. The services' URLs are read from the environment,
   *     as {@code deploy/local/up} exports them
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    RecordResponses recorder = new RecordResponses(Path.of(arguments[0]));
    Map<String, String> addresses = new TreeMap<>(System.getenv());
    for (ServiceName service : ServiceName.SERVICES) {
      String variable = service.name() + "_URL";
      addresses.put(variable, recorder.serve(service, URI.create(addresses.get(variable))));
    }
    addresses
        .keySet()
        .removeIf(name -> !name.endsWith("_URL") && !name.equals("TENANTRY_ADMIN_KEY"));
    EnvironmentFile.write(Path.of(arguments[1]), addresses);
    new CountDownLatch(1).await();
  }

  private String serve(ServiceName service, URI target) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> forward(exchange, service, target));
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void forward(HttpExchange exchange, ServiceName service, URI target) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> response =
          client.send(request(exchange, target), HttpResponse.BodyHandlers.ofByteArray());
      record(exchange, service, response);
      response
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!HOP_BY_HOP.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(
          response.statusCode(), response.body().length == 0 ? -1 : response.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(response.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static HttpRequest request(HttpExchange exchange, URI target) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().toString()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!HOP_BY_HOP.contains(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  private synchronized void record(
      HttpExchange exchange, ServiceName service, HttpResponse<byte[]> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    ObjectNode line =
        mapper
            .createObjectNode()
            .put("service", service.module())
            .put("method", exchange.getRequestMethod())
            .put("path", exchange.getRequestURI().getPath())
            .put("status", response.statusCode())
            .put("type", type);
    try {
      if (type.contains("json")) {
        JsonNode body = mapper.readTree(response.body());
        line.set("body", body);
      }
      Files.writeString(
          responses,
          mapper.writeValueAsString(line) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new LocalStackException("a response cannot be recorded in " + responses, e);
    }
  }
}
