package io.tenantry.cli.webhook;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver of webhooks on this machine, which the services of the tests may call. */
public final class Receiver {

  /** A message as it was received. */
  record Message(String path, String id, String signature, String body) {}

  private static final List<Message> MESSAGES = new CopyOnWriteArrayList<>();
  private static final HttpServer SERVER = start();

  private Receiver() {}

  private static HttpServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            MESSAGES.add(
                new Message(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its host and port, as OUTBOUND_ALLOWED lists them. */
  public static String address() {
    return "127.0.0.1:" + SERVER.getAddress().getPort();
  }

  /** What was sent to a path. */
  static List<Message> messages(String path) {
    return MESSAGES.stream().filter(message -> message.path().equals(path)).toList();
  }
}
