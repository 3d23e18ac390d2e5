package io.tenantry.tenant.externalservice;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A real HTTP server in the place of a tenant's service. It registers tenants, and behaves as
 * {@code POST /control} told it, which is how tests of Quarkus reach it: they are loaded apart from
 * it.
 */
public final class HttpService {

  private final HttpServer server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, String> registered = new ConcurrentHashMap<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private volatile Behaviour behaviour = Behaviour.SUCCEED;

  /** What it does with a request. */
  public enum Behaviour {
    SUCCEED,
    /** Answers 503 to the first registration, and then succeeds. */
    FAIL_ONCE,
    /** Answers 503. */
    FAIL,
    /** Answers 422. */
    REFUSE,
    /** Takes the request and says nothing. */
    HANG,
    /** Begins to answer and does not come to an end. */
    DAWDLE,
    /** Sends the caller to where the control database listens. */
    REDIRECT,
    /** Answers without end. */
    FLOOD,
    /** Answers, but is not well. */
    BE_ILL
  }

  /** Starts one that succeeds. */
  public HttpService() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("service-", 0).factory()));
    server.createContext("/control", this::control);
    server.createContext("/tenants/", this::serve);
    server.start();
  }

  /** Where it listens on the loopback interface. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Has it do so from now on. */
  public void behave(Behaviour as) {
    behaviour = as;
  }

  /** The method and path of each request since it was last told how to behave. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void control(HttpExchange request) throws IOException {
    try (request) {
      switch (request.getRequestMethod()) {
        case "POST" -> {
          behaviour = Behaviour.valueOf(body(request));
          requests.clear();
          send(request, 204, "");
        }
        default ->
            send(
                request,
                200,
                String.join("\n", requests) + "\n--\n" + String.join("\n", registered.values()));
      }
    }
  }

  private void serve(HttpExchange request) throws IOException {
    try (request) {
      requests.add(request.getRequestMethod() + " " + request.getRequestURI());
      String body = body(request);
      switch (behaviour) {
        case SUCCEED -> succeed(request, body);
        case FAIL_ONCE -> {
          if (request.getRequestMethod().equals("PUT")) {
            behaviour = Behaviour.SUCCEED;
            send(request, 503, "");
          } else {
            succeed(request, body);
          }
        }
        case FAIL -> send(request, 503, "");
        case REFUSE -> send(request, 422, "no");
        case HANG -> never.await();
        case DAWDLE -> {
          request.sendResponseHeaders(200, 0);
          while (!never.await(100, TimeUnit.MILLISECONDS)) {
            request.getResponseBody().write(' ');
            request.getResponseBody().flush();
          }
        }
        case REDIRECT -> {
          request.getResponseHeaders().add("Location", "/control");
          send(request, 302, "");
        }
        case FLOOD -> {
          request.sendResponseHeaders(200, 0);
          while (true) {
            request.getResponseBody().write(new byte[8192]);
          }
        }
        case BE_ILL -> {
          if (request.getRequestMethod().equals("GET")) {
            send(request, 500, "");
          } else {
            succeed(request, body);
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void succeed(HttpExchange request, String body) throws IOException {
    String path = request.getRequestURI().getPath();
    switch (request.getRequestMethod()) {
      case "PUT" -> {
        registered.put(path, body);
        send(request, 201, "{\"endpoint\":\"https://auth.example.com%s\"}".formatted(path));
      }
      case "DELETE" ->
          send(request, Optional.ofNullable(registered.remove(path)).isPresent() ? 204 : 404, "");
      default -> send(request, 200, "{}");
    }
  }

  private static String body(HttpExchange request) throws IOException {
    return new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static void send(HttpExchange request, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    request.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    request.getResponseBody().write(bytes);
  }
}
