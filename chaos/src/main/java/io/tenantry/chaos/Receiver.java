package io.tenantry.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Receives webhooks about tenants, and fails one request in five. */
final class Receiver implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ObjectMapper json = new ObjectMapper();
  private final AtomicLong requests = new AtomicLong();
  private final Set<String> provisioned = ConcurrentHashMap.newKeySet();
  private final Map<String, String> idsByFact = new ConcurrentHashMap<>();
  private final Ledger ledger;

  Receiver(Ledger ledger) throws IOException {
    this.ledger = ledger;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode message = json.readTree(exchange.getRequestBody());
      boolean fails = requests.incrementAndGet() % 5 == 0;
      if (!fails) {
        accept(exchange.getRequestHeaders().getFirst("webhook-id"), message);
      }
      exchange.sendResponseHeaders(fails ? 503 : 204, -1);
    }
  }

  private void accept(String id, JsonNode message) {
    String tenant = message.path("data").path("tenant_id").asText();
    provisioned.add(tenant);
    ledger.count("webhooks accepted", 1);
    // A tenant is provisioned once: two ids would be two messages about one fact.
    String first = idsByFact.putIfAbsent(tenant, id);
    if (first != null && !first.equals(id)) {
      ledger.violation("tenant %s was reported with two ids".formatted(tenant));
    }
  }

  /** Host and port. */
  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whether the fact that this tenant is provisioned was received. */
  boolean hasReceived(String tenant) {
    return provisioned.contains(tenant);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
