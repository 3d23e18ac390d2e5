package io.tenantry.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Posts events to {@code POST /api/v1/events} over one plain socket per worker. It uses little CPU,
 * as the service shares the machine.
 */
final class EventPosts implements AutoCloseable {

  /** Distinct JSON documents of 1 KiB, as equal ones would compress unrealistically well. */
  static final List<String> DATA = data();

  private static final AtomicLong NEXT_ID = new AtomicLong();
  private static final int ID_DIGITS = 16;

  private final Socket socket;
  private final InputStream responses;
  private final byte[] request;
  private final List<Integer> ids;

  /**
   * Connects to the service.
   *
   * @param key an API key of a tenant
   * @param batch number of events per request; 1 sends a single event instead of a list
   */
  EventPosts(URI service, String key, int batch) throws IOException {
    this.socket = new Socket(service.getHost(), service.getPort());
    socket.setTcpNoDelay(true);
    this.responses = new BufferedInputStream(socket.getInputStream());
    String id = "0".repeat(ID_DIGITS);
    int first = ThreadLocalRandom.current().nextInt(DATA.size());
    String events =
        IntStream.range(first, first + batch)
            .mapToObj(i -> DATA.get(i % DATA.size()))
            .map(
                "{\"event_id\":\"%s\",\"type\":\"order.placed\",\"data\":%%s}".formatted(id)
                    ::formatted)
            .collect(Collectors.joining(","));
    String body = batch == 1 ? events : "[" + events + "]";
    String head =
        """
        POST /api/v1/events HTTP/1.1\r
        Host: localhost\r
        X-API-Key: %s\r
        Content-Type: application/json\r
        Content-Length: %d\r
        \r
        """
            .formatted(key, body.length());
    String text = head + body;
    this.request = text.getBytes(StandardCharsets.US_ASCII);
    this.ids =
        Stream.iterate(text.indexOf(id), at -> at >= 0, at -> text.indexOf(id, at + 1))
            .filter(at -> text.startsWith("\"event_id\":\"", at - 12))
            .toList();
  }

  private static List<String> data() {
    Random random = new Random(1);
    return IntStream.range(0, 512).mapToObj(i -> data(random)).toList();
  }

  private static String data(Random random) {
    StringBuilder json = new StringBuilder("{\"order\":{\"lines\":[");
    for (int i = 0; json.length() < 940; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"sku\":\"%08x\",\"quantity\":%d,\"price\":%d.%02d}"
                  .formatted(
                      random.nextInt(),
                      1 + random.nextInt(9),
                      random.nextInt(1000),
                      random.nextInt(100)));
    }
    json.append("]},\"note\":\"");
    return json + "x".repeat(1024 - json.length() - 2) + "\"}";
  }

  /** Sends one request with new ids and waits for its response. */
  void post() throws IOException {
    for (int at : ids) {
      long id = NEXT_ID.incrementAndGet();
      for (int digit = ID_DIGITS - 1; digit >= 0; digit--) {
        request[at + digit] = (byte) ('0' + id % 10);
        id /= 10;
      }
    }
    socket.getOutputStream().write(request);
    String status = line();
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    byte[] body = responses.readNBytes(length);
    if (!status.startsWith("HTTP/1.1 202")) {
      throw new IOException(status + " " + new String(body, StandardCharsets.UTF_8));
    }
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(64);
    for (int b = responses.read(); b != '\n'; b = responses.read()) {
      if (b < 0) {
        throw new IOException("the service closed the connection");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
