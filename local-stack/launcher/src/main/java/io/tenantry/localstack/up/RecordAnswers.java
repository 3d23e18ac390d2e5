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
 * Passes requests on to the three services and notes each answer, one line of JSON each, for {@link
 * CompareAnswers}. What it notes has the services' secrets in it: it is for a check on this
 * machine.
 */
public final class RecordAnswers {

  /** Headers that belong to a connection; the client sets its own. */
  private static final Set<String> OF_CONNECTIONS = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  static {
    OF_CONNECTIONS.addAll(
        Set.of("Connection", "Content-Length", "Host", "Transfer-Encoding", "Upgrade", "Expect"));
  }

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Path answers;

  private RecordAnswers(Path answers) {
    this.answers = answers;
  }

  /**
   * Stays until it is ended.
   *
   * @param arguments the file for the answers, and the shell file that exports where to send
   *     requests instead; that is written once they can be sent. The services' addresses come by
   *     the environment, as {@code deploy/local/up} exports them
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    RecordAnswers recorder = new RecordAnswers(Path.of(arguments[0]));
    Map<String, String> addresses = new TreeMap<>(System.getenv());
    for (ServiceName service : ServiceName.values()) {
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
    server.createContext("/", exchange -> pass(exchange, service, target));
    server.start();
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void pass(HttpExchange exchange, ServiceName service, URI target) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> answer =
          client.send(request(exchange, target), HttpResponse.BodyHandlers.ofByteArray());
      note(exchange, service, answer);
      answer
          .headers()
          .map()
          .forEach(
              (name, values) -> {
                if (!OF_CONNECTIONS.contains(name)) {
                  exchange.getResponseHeaders().put(name, values);
                }
              });
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(answer.body());
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
              if (!OF_CONNECTIONS.contains(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  private synchronized void note(
      HttpExchange exchange, ServiceName service, HttpResponse<byte[]> answer) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    ObjectNode line =
        mapper
            .createObjectNode()
            .put("service", service.module())
            .put("method", exchange.getRequestMethod())
            .put("path", exchange.getRequestURI().getPath())
            .put("status", answer.statusCode())
            .put("type", type);
    try {
      if (type.contains("json")) {
        JsonNode body = mapper.readTree(answer.body());
        line.set("body", body);
      }
      Files.writeString(
          answers,
          mapper.writeValueAsString(line) + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new LocalStackException("an answer cannot be noted in " + answers, e);
    }
  }
}
