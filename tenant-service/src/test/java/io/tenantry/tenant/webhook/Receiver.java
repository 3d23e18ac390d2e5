package io.tenantry.tenant.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A subscriber of the tests: an HTTP server that records what it gets. */
public final class Receiver implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  static {
    // With more idle connections than the default of 200, the server closes some that the next
    // request is already on its way through.
    System.setProperty("sun.net.httpserver.maxIdleConnections", "2000");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Message> messages = new CopyOnWriteArrayList<>();
  private final Map<String, Function<Message, Answer>> behaviours = new ConcurrentHashMap<>();

  /** A request. */
  public record Message(String path, Instant at, HttpHeaders headers, String body) {

    public String id() {
      return header("webhook-id");
    }

    public String header(String name) {
      return headers.firstValue(name).orElseThrow();
    }

    public JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    public String type() {
      return json().path("type").asText();
    }
  }

  /** What it answers. */
  public record Answer(int status, Map<String, String> headers, String body) {

    public static Answer of(int status) {
      return new Answer(status, Map.of(), "");
    }
  }

  /** Starts one on this port; 0 for any free one. */
  public Receiver(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
    server.setExecutor(threads);
    server.createContext("/", this::serve);
    server.start();
  }

  /** The host and port, as {@code OUTBOUND_ALLOWED} names them. */
  public String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** A URL that no other test uses, where each message is answered like this. */
  public String url(Function<Message, Answer> behaviour) {
    String path = "/" + UUID.randomUUID();
    behaviours.put(path, behaviour);
    return "http://" + authority() + path;
  }

  /** A URL that no other test uses, where each message is answered with this status. */
  public String url(int status) {
    return url(message -> Answer.of(status));
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      Message message =
          new Message(
              exchange.getRequestURI().getPath(),
              Instant.now(),
              HttpHeaders.of(exchange.getRequestHeaders(), (name, value) -> true),
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      messages.add(message);
      Answer answer = behaviours.getOrDefault(message.path(), m -> Answer.of(404)).apply(message);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** The messages that this URL got so far, in order. */
  public List<Message> at(String url) {
    return messages.stream().filter(message -> url.endsWith(message.path())).toList();
  }

  /** Waits until a URL got this number of messages. */
  public List<Message> await(String url, int number) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> at(url), got -> got.size() >= number);
  }

  /** Waits for a message of this type about this tenant at a URL. */
  public Message await(String url, String type, UUID tenantId) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> about(url, tenantId).filter(message -> message.type().equals(type)).toList(),
            got -> !got.isEmpty())
        .getFirst();
  }

  /** The messages about this tenant that a URL got so far. */
  public Stream<Message> about(String url, UUID tenantId) {
    return at(url).stream()
        .filter(
            message ->
                message.json().path("data").path("tenant_id").asText().equals(tenantId.toString()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
