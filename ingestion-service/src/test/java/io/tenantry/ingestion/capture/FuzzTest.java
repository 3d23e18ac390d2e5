package io.tenantry.ingestion.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tenantry.ingestion.IngestionApi;
import io.tenantry.ingestion.Readiness;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestTenant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every request is answered, never with 500, and leaves no memory reserved. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class FuzzTest {

  private static final int ROUNDS = 400;
  private static final int TIMEOUT_MILLIS = 15_000;
  private static final List<String> CONTENT_TYPES =
      List.of(
          "application/json",
          "application/cloudevents+json",
          "application/cloudevents-batch+json",
          "application/json;charset=utf-16",
          "text/plain",
          "\u00e4/\u00f6",
          "");
  private static final List<String> PATHS =
      List.of(
          "/api/v1/events",
          "/webhook/evolution/x",
          "/webhook/evolution",
          "/webhook/evolution/%00",
          "/webhook/evolution/%ff%fe",
          "/webhook/evolution/..%2f..",
          "/api/v1/events/",
          "/api/v1/events?a=%zz",
          "/api/v1/dead-letters/redrive",
          "/api/v1/instances",
          "/api/v1/instances/%00/set-default",
          "/api/v1/topics/%0d%0a/reconcile",
          "/api/v1/groups/%F0%9F%92%A9/offsets/reset");
  private static final String SEED =
      """
      [{"specversion":"1.0","id":"1","source":"s","event_id":"1","type":"t","time":"2026-11-21T04:44:07Z",
       "data":{"a":[1,-2.5e3,"\\u00e9\\ud83d\\ude00",null,true]},"data_base64":"AA==","subject":"x"}]
      """;

  @TestHTTPResource URI service;
  private TestTenant tenant;

  @BeforeEach
  void createTenant() {
    Readiness.await("topics", "UP");
    tenant = TestTenant.withInbox();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @Tag("I5")
  void answersRandomRequests(long seed) throws IOException {
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = mutated(random);
      String head =
          "POST %s HTTP/1.1\r\nHost: localhost\r\nX-API-Key: %s\r\nContent-Type: %s\r\n%s%s\r\n"
              .formatted(
                  pick(PATHS, random),
                  random.nextInt(4) == 0 ? IngestionApi.adminKey() : tenant.key(),
                  pick(CONTENT_TYPES, random),
                  header(random),
                  random.nextBoolean()
                      ? "Content-Length: %d\r\nConnection: close\r\n".formatted(body.length)
                      : "Transfer-Encoding: chunked\r\nConnection: close\r\n");
      byte[] sent = head.contains("chunked") ? chunked(body, random) : body;

      assertThat(statusOf(head.getBytes(StandardCharsets.UTF_8), sent))
          .as("seed %d round %d: %s", seed, round, head)
          .isBetween(200, 503)
          .isNotEqualTo(500);
    }
    assertNothingInFlight();
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  private static String header(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "Content-Encoding: gzip\r\n";
      case 1 -> "Expect: 100-continue\r\n";
      case 2 -> "webhook-id: %s\r\n".formatted("\u00ff".repeat(random.nextInt(300)));
      case 3 -> "X-Hub-Signature-256: sha256=zz\r\n";
      case 4 -> "Accept: nothing/here\r\n";
      case 5 -> "traceparent: 00-%s\r\n".formatted("f".repeat(random.nextInt(100)));
      default -> "";
    };
  }

  private static byte[] mutated(Random random) {
    byte[] body = SEED.getBytes(StandardCharsets.UTF_8);
    if (random.nextBoolean()) {
      body =
          new String(body, StandardCharsets.UTF_8)
              .strip()
              .replaceAll("^.|.$", "")
              .getBytes(StandardCharsets.UTF_8);
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      int at = random.nextInt(body.length);
      switch (random.nextInt(4)) {
        case 0 -> body[at] = (byte) random.nextInt(256);
        case 1 -> body = Arrays.copyOf(body, at + 1);
        case 2 -> body[at] = (byte) "\"\\{}[],:0u".charAt(random.nextInt(10));
        default -> {
          ByteArrayOutputStream longer = new ByteArrayOutputStream();
          longer.write(body, 0, at);
          longer.writeBytes("[".repeat(random.nextInt(3000)).getBytes(StandardCharsets.UTF_8));
          longer.write(body, at, body.length - at);
          body = longer.toByteArray();
        }
      }
    }
    return body;
  }

  private static byte[] chunked(byte[] body, Random random) {
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    for (int from = 0; from < body.length; ) {
      int size = Math.min(body.length - from, 1 + random.nextInt(100));
      chunks.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      chunks.write(body, from, size);
      chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      from += size;
    }
    chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return chunks.toByteArray();
  }

  /** The status of the final answer; fails after a time without one. */
  private int statusOf(byte[] head, byte[] body) throws IOException {
    try (Socket socket = new Socket(service.getHost(), service.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(head);
      socket.getOutputStream().write(body);
      InputStream answer = socket.getInputStream();
      String status = line(answer);
      while (status.contains(" 100 ") || status.isEmpty()) {
        status = line(answer);
      }
      return Integer.parseInt(status.split(" ", 3)[1]);
    }
  }

  private static String line(InputStream answer) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = answer.read(); b != '\n'; b = answer.read()) {
      assertThat(b).as("the connection is closed without an answer").isNotNegative();
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  @Tag("I5")
  void releasesMemoryOfIncompleteBodies() throws IOException {
    String head =
        "POST /api/v1/events HTTP/1.1\r\nHost: h\r\nX-API-Key: %s\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n"
            .formatted(tenant.key());
    byte[] part = new byte[1 << 20];
    List<Socket> sockets = new ArrayList<>();
    // Up to the tenant's share may be in flight; more is refused at once.
    for (int i = 0; i < 24; i++) {
      Socket socket = open(head);
      sockets.add(socket);
      send(socket, part);
    }
    assertThat(
            sockets.reversed().stream()
                .map(FuzzTest::firstLine)
                .anyMatch(line -> line.contains(" 503 ")))
        .isTrue();
    for (Socket socket : sockets) {
      socket.close();
    }
    assertNothingInFlight();
  }

  /** As far as the server reads it. */
  private static void send(Socket socket, byte[] part) {
    try {
      socket.getOutputStream().write(part);
    } catch (IOException e) {
      // Refused, and closed.
      return;
    }
  }

  private Socket open(String head) {
    try {
      Socket socket = new Socket(service.getHost(), service.getPort());
      socket.setSoTimeout(1000);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return socket;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String firstLine(Socket socket) {
    try {
      return line(socket.getInputStream());
    } catch (IOException e) {
      return "";
    }
  }

  private static void assertNothingInFlight() {
    Awaitility.await().until(() -> inFlight() == 0);
  }

  private static double inFlight() {
    return RestAssured.get("/q/metrics")
        .asString()
        .lines()
        .filter(
            line -> line.toLowerCase(Locale.ROOT).startsWith("tenantry_ingestion_in_flight_bytes "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }
}
