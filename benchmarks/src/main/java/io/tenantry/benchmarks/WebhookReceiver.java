package io.tenantry.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** A receiver of webhooks that may fail at random, or never answer. */
final class WebhookReceiver implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Random random = new Random(1);
  private final Map<String, AtomicLong> accepted = new ConcurrentHashMap<>();
  private final LongAdder requests = new LongAdder();
  private volatile double failures;
  private volatile BiConsumer<Long, String> listener = (nanos, body) -> {};

  private WebhookReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    server.setExecutor(threads);
  }

  /** One that accepts messages. */
  static WebhookReceiver answering() throws IOException {
    WebhookReceiver receiver = new WebhookReceiver();
    receiver.server.createContext("/", receiver::answer);
    receiver.server.start();
    return receiver;
  }

  /** One that accepts connections, and never answers. */
  static WebhookReceiver dead() throws IOException {
    WebhookReceiver receiver = new WebhookReceiver();
    receiver.server.createContext("/", receiver::hang);
    receiver.server.start();
    return receiver;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      long now = System.nanoTime();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      requests.increment();
      boolean fails = failures > 0 && random.nextDouble() < failures;
      if (!fails) {
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        accepted.computeIfAbsent(id, first -> new AtomicLong()).incrementAndGet();
        listener.accept(now, body);
      }
      exchange.sendResponseHeaders(fails ? 500 : 204, -1);
    }
  }

  private void hang(HttpExchange exchange) throws IOException {
    try {
      requests.increment();
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      exchange.close();
    }
  }

  /** Makes this share of requests fail. */
  void fail(double share) {
    failures = share;
  }

  /** Gets the time and the body of each message that is accepted. */
  void onAccepted(BiConsumer<Long, String> called) {
    listener = called;
  }

  /** How often each {@code webhook-id} was accepted. */
  Map<String, AtomicLong> accepted() {
    return accepted;
  }

  long requests() {
    return requests.sum();
  }

  String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
