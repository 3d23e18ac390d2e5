package io.tenantry.kernel.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.outbound.OutboundResult.Failure;
import io.tenantry.kernel.outbound.OutboundResult.Reason;
import io.tenantry.kernel.outbound.OutboundResult.Response;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("T23")
class OutboundHttpTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final String PASSWORD = "password";
  private static final byte[] BODY = "{\"a\":\"ä\"}".getBytes(UTF_8);
  private static final Vertx VERTX = Vertx.vertx();

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Each request that a server of the test received: host header and body. */
  private final List<String> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable resource : open.reversed()) {
      resource.close();
    }
    threads.shutdownNow();
  }

  @AfterAll
  static void closeVertx() {
    var unused = VERTX.close();
  }

  @Test
  void postsToCheckedAddressUnderItsName() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 202, "ok"));

    Response response =
        response(
            allowing("loopback.example:" + port), "http://loopback.example:" + port + "/a?b=c");

    assertThat(response.status()).isEqualTo(202);
    assertThat(response.body()).isEqualTo("ok");
    assertThat(response.header("Retry-After")).hasValue("7");
    assertThat(response.inside()).isTrue();
    assertThat(response.latency()).isPositive();
    assertThat(received)
        .containsExactly("POST /a?b=c loopback.example:%d X={\"a\":\"ä\"}".formatted(port));
  }

  /** A response may come before the thread that sent the request goes on. */
  @Test
  void readsEachOfManyQuickResponses() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, ""));
    TestConfig config = allowing("127.0.0.1:" + port).withConnectionsPerAddress(100);
    OutboundHttp http = http(config, config.policy());
    Queue<OutboundResult> results = new ConcurrentLinkedQueue<>();
    Semaphore inFlight = new Semaphore(64);

    try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 0; n < 10_000; n++) {
        senders.execute(
            () -> {
              inFlight.acquireUninterruptibly();
              results.add(http.post(uri(port), Map.of(), BODY, TIMEOUT, 100));
              inFlight.release();
            });
      }
    }

    assertThat(results).hasSize(10_000).allMatch(Response.class::isInstance);
  }

  @Test
  void postsToIpv6Address() throws IOException {
    int port = server("::1", exchange -> answer(exchange, 200, ""));

    assertThat(response(allowing("[::1]:" + port), "http://[::1]:" + port + "/").status())
        .isEqualTo(200);
    assertThat(received).singleElement().asString().contains(" [::1]:" + port + " ");
  }

  static Stream<String> insideAddresses() throws IOException {
    return OutboundPolicyTest.insideAddresses();
  }

  @ParameterizedTest
  @MethodSource("insideAddresses")
  void sendsNothingToInsideAddressInAnySpelling(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return; // Only a text, which the policy refuses.
    }

    assertThat(failure(TestConfig.strict().withPlainHttp(), uri, TIMEOUT).reason())
        .isEqualTo(Reason.ADDRESS_REFUSED);
  }

  @Test
  void refusesNameThatLeadsInsideAfterItWasSaved() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, ""));
    TestConfig config = withPort(TestConfig.strict().withPlainHttp(), port);
    Deque<String> answers = new ArrayDeque<>(List.of("93.184.216.34", "127.0.0.1"));
    OutboundPolicy policy =
        new OutboundPolicy(
            config, host -> new InetAddress[] {InetAddress.ofLiteral(answers.remove())});
    String url = "http://rebinding.example:" + port + "/";

    URI saved = policy.check(url).uri();
    OutboundResult result = http(config, policy).post(saved, Map.of(), BODY, TIMEOUT, 100);

    assertThat(result)
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.ADDRESS_REFUSED));
    assertThat(received).isEmpty();
  }

  @Test
  void resolvesNameOnceForEachRequest() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, ""));
    TestConfig config = allowing("rebinding.example:" + port);
    // A second lookup by the client would lead to an address where nothing listens.
    Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
    OutboundPolicy policy =
        new OutboundPolicy(
            config, host -> new InetAddress[] {InetAddress.ofLiteral(answers.remove())});

    OutboundResult result =
        http(config, policy)
            .post(
                URI.create("http://rebinding.example:" + port + "/"), Map.of(), BODY, TIMEOUT, 100);

    assertThat(result).isInstanceOf(Response.class);
    assertThat(answers).containsExactly("127.0.0.2");
  }

  @Test
  void keepsNoConnectionToAnAddressThatNameLeft() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, "first"));
    serverAt("127.0.0.2", port, exchange -> answer(exchange, 200, "second"));
    TestConfig config = allowing("moving.example:" + port);
    Deque<String> answers = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.1", "127.0.0.2"));
    OutboundHttp http =
        http(
            config,
            new OutboundPolicy(
                config, host -> new InetAddress[] {InetAddress.ofLiteral(answers.remove())}));

    List<String> bodies =
        IntStream.range(0, 3)
            .mapToObj(
                i ->
                    http.post(
                        URI.create("http://moving.example:" + port + "/"),
                        Map.of(),
                        BODY,
                        TIMEOUT,
                        100))
            .map(result -> ((Response) result).body())
            .toList();

    assertThat(bodies).containsExactly("first", "first", "second");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void followsNoRedirect(int status) throws IOException {
    int inside = server("127.0.0.1", exchange -> answer(exchange, 200, "secret"));
    int port =
        server(
            "127.0.0.1",
            exchange -> {
              exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + inside + "/");
              answer(exchange, status, "");
            });

    assertThat(response(allowing("127.0.0.1:" + port), "http://127.0.0.1:" + port + "/").status())
        .isEqualTo(status);
    assertThat(received).hasSize(1);
  }

  @Test
  void triesNextAddressOfHost() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, ""));
    TestConfig config = allowing("several.example:" + port);
    OutboundPolicy policy =
        new OutboundPolicy(
            config,
            host ->
                new InetAddress[] {
                  InetAddress.ofLiteral("127.0.0.3"), InetAddress.ofLiteral("127.0.0.1")
                });

    assertThat(
            http(config, policy)
                .post(
                    URI.create("http://several.example:" + port + "/"),
                    Map.of(),
                    BODY,
                    TIMEOUT,
                    100))
        .isInstanceOf(Response.class);
  }

  @Test
  void sendsNothingWhileOtherNamesUseUpLookupsAndStillChecksUrls() {
    CountDownLatch answer = new CountDownLatch(1);
    TestConfig config = TestConfig.strict();
    OutboundPolicy policy =
        new OutboundPolicy(
            config,
            host -> {
              if (host.startsWith("slow")) {
                await(answer);
              }
              return TestConfig.resolve("receiver.example");
            });
    OutboundHttp http = http(config, policy);
    for (int i = 0; i < 64; i++) {
      http.post(
          URI.create("https://slow" + i + ".example/"), Map.of(), BODY, Duration.ofMillis(1), 100);
    }

    OutboundResult result =
        http.post(URI.create("https://receiver.example/"), Map.of(), BODY, TIMEOUT, 100);

    assertThat(result)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.BUSY));
    assertThat(policy.check("https://receiver.example/").isInside()).isFalse();
    answer.countDown();
  }

  @Test
  void neverWaitsForConnectionOfOtherRequests() throws Exception {
    CountDownLatch arrived = new CountDownLatch(2);
    CountDownLatch answer = new CountDownLatch(1);
    int port =
        server(
            "127.0.0.1",
            exchange -> {
              arrived.countDown();
              await(answer);
              answer(exchange, 200, "");
            });
    TestConfig config = allowing("127.0.0.1:" + port);
    OutboundHttp http = http(config, config.policy());
    List<Future<OutboundResult>> others =
        IntStream.range(0, config.connectionsPerAddress())
            .mapToObj(n -> threads.submit(() -> http.post(uri(port), Map.of(), BODY, TIMEOUT, 100)))
            .toList();
    await(arrived);

    OutboundResult result = http.post(uri(port), Map.of(), BODY, SHORT, 100);

    assertThat(result)
        .isInstanceOfSatisfying(
            Failure.class, failure -> assertThat(failure.reason()).isEqualTo(Reason.BUSY));
    answer.countDown();
    for (Future<OutboundResult> other : others) {
      assertThat(other.get()).isInstanceOf(Response.class);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void readsBodyUpToLimit() throws IOException {
    int port = server("127.0.0.1", exchange -> answer(exchange, 200, "x".repeat(1_000_000)));
    TestConfig config = allowing("127.0.0.1:" + port);

    Response response = response(config, "http://127.0.0.1:" + port + "/");

    assertThat(response.body()).isEqualTo("x".repeat(1000));
    assertThat(response.truncated()).isTrue();
  }

  @Test
  void neverWaitsForEndlessBodyBeyondLimit() throws IOException {
    int port =
        rawServer(
            socket -> {
              readHead(socket);
              socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
              byte[] chunk = "x".repeat(100).getBytes(UTF_8);
              while (true) {
                socket.getOutputStream().write(chunk);
              }
            });

    assertThat(
            response(allowing("127.0.0.1:" + port), "http://127.0.0.1:" + port + "/").truncated())
        .isTrue();
  }

  @Test
  void failsWithTimeoutIfServerNeverAnswers() throws IOException {
    int port = rawServer(OutboundHttpTest::readUntilClosed);

    assertThat(failure(port, SHORT).reason()).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void failsWithTimeoutIfBodyNeverEnds() throws IOException {
    int port =
        rawServer(
            socket -> {
              readHead(socket);
              socket
                  .getOutputStream()
                  .write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx".getBytes(UTF_8));
              readUntilClosed(socket);
            });

    assertThat(failure(port, SHORT).reason()).isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void failsWithTimeoutIfTlsHandshakeNeverEnds() throws IOException {
    int port = rawServer(OutboundHttpTest::readUntilClosed);
    TestConfig config = allowing("127.0.0.1:" + port);

    assertThat(failure(config, URI.create("https://127.0.0.1:" + port + "/"), SHORT).reason())
        .isEqualTo(Reason.TIMEOUT);
  }

  @Test
  void failsIfNothingListens() throws IOException {
    int port;
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = unused.getLocalPort();
    }

    assertThat(failure(port, TIMEOUT).reason()).isEqualTo(Reason.CONNECTION_REFUSED);
  }

  @Test
  void failsIfNameHasNoAddress() {
    assertThat(
            failure(TestConfig.strict(), URI.create("https://unknown.example/"), TIMEOUT).reason())
        .isEqualTo(Reason.DNS);
  }

  @Test
  void failsIfConnectionClosesBeforeResponse() throws IOException {
    int port = rawServer(socket -> {});

    assertThat(failure(port, TIMEOUT).reason()).isEqualTo(Reason.CONNECTION_LOST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.6\r\n\r\n", "HTTP/1.1 banana\r\n\r\n"})
  void failsIfResponseIsNotHttp(String response) throws IOException {
    int port = rawServer(socket -> respond(socket, response));

    assertThat(failure(port, TIMEOUT).reason())
        .isIn(Reason.INVALID_RESPONSE, Reason.CONNECTION_LOST);
  }

  @Test
  void failsIfHeadersAreTooLarge() throws IOException {
    String header = "X-Large: " + "x".repeat(20_000) + "\r\n";
    int port = rawServer(socket -> respond(socket, "HTTP/1.1 200 OK\r\n" + header + "\r\n"));

    assertThat(failure(port, TIMEOUT).reason()).isEqualTo(Reason.INVALID_RESPONSE);
  }

  @Test
  void deadServerDelaysNoOther() throws Exception {
    int dead = rawServer(OutboundHttpTest::readUntilClosed);
    int live = server("127.0.0.1", exchange -> answer(exchange, 200, ""));
    TestConfig config = allowing("127.0.0.1:" + dead, "127.0.0.1:" + live);
    OutboundHttp http = http(config, config.policy());
    Duration longer = Duration.ofSeconds(3);

    List<CompletableFuture<OutboundResult>> waiting =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    CompletableFuture.supplyAsync(
                        () -> http.post(uri(dead), Map.of(), BODY, longer, 100), threads))
            .toList();
    for (int i = 0; i < 20; i++) {
      assertThat(http.post(uri(live), Map.of(), BODY, longer, 100)).isInstanceOf(Response.class);
    }

    assertThat(waiting)
        .allSatisfy(
            result ->
                assertThat(((Failure) result.get()).reason()).isIn(Reason.TIMEOUT, Reason.BUSY));
    assertThat(waiting)
        .anySatisfy(result -> assertThat(((Failure) result.get()).reason()).isEqualTo(Reason.BUSY));
  }

  @Test
  void refusesHeadersOfTheConnection() {
    OutboundHttp http = http(TestConfig.strict(), TestConfig.strict().policy());

    assertThatThrownBy(
            () ->
                http.post(
                    URI.create("https://receiver.example/"),
                    Map.of("Host", "inside"),
                    BODY,
                    TIMEOUT,
                    1))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void checksCertificateAgainstNameInUrl() throws Exception {
    int port = tlsServer("receiver.example", 30);
    String url = "https://receiver.example:" + port + "/";
    TestConfig strange = allowing("receiver.example:" + port, "other.example:" + port);
    TestConfig trusting = strange.trusting(ca());

    assertThat(tls(trusting, url)).isInstanceOf(Response.class);
    assertThat(received).singleElement().asString().contains("receiver.example:" + port);
    assertThat(((Failure) tls(strange, url)).message())
        .isEqualTo("TLS failed: the certificate is not signed by a trusted root certificate");
    assertThat(((Failure) tls(trusting, url.replace("receiver", "other"))).message())
        .isEqualTo("TLS failed: the certificate is not valid for this host");
    assertThat(received).hasSize(1);
  }

  @Test
  void refusesExpiredCertificate() throws Exception {
    int port = tlsServer("receiver.example", -1);
    TestConfig config = allowing("receiver.example:" + port).trusting(ca());

    assertThat(((Failure) tls(config, "https://receiver.example:" + port + "/")).message())
        .isEqualTo("TLS failed: the certificate has expired");
  }

  @Test
  void refusesServerWithoutTls() throws IOException {
    int port =
        rawServer(
            socket -> {
              socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
              readUntilClosed(socket);
            });
    TestConfig config = allowing("127.0.0.1:" + port);

    assertThat(failure(config, URI.create("https://127.0.0.1:" + port + "/"), TIMEOUT).reason())
        .isEqualTo(Reason.TLS);
  }

  @Test
  void asksForwardProxyForCheckedAddress() throws Exception {
    int port = tlsServer("receiver.example", 30);
    List<String> asked = new CopyOnWriteArrayList<>();
    int proxy = rawServer(socket -> tunnel(socket, asked, port));
    TestConfig config =
        allowing("receiver.example:" + port)
            .trusting(ca())
            .through(URI.create("http://user:secret@127.0.0.1:" + proxy));

    assertThat(tls(config, "https://receiver.example:" + port + "/")).isInstanceOf(Response.class);
    assertThat(asked).first().isEqualTo("CONNECT 127.0.0.1:%d HTTP/1.1".formatted(port));
    assertThat(asked).contains("proxy-authorization: Basic dXNlcjpzZWNyZXQ=");
    assertThat(failure(config, URI.create("http://receiver.example:" + port), TIMEOUT).reason())
        .isEqualTo(Reason.ADDRESS_REFUSED);
  }

  private static TestConfig allowing(String... hosts) {
    return TestConfig.strict().allowing(hosts);
  }

  private static TestConfig withPort(TestConfig config, int port) {
    return new TestConfig(
        config.allowed(),
        config.privateNetworks(),
        Set.of(port),
        config.plainHttp(),
        config.proxy(),
        config.sslRootCert(),
        config.connectionsPerAddress());
  }

  private static URI uri(int port) {
    return URI.create("http://127.0.0.1:" + port + "/");
  }

  private OutboundHttp http(TestConfig config, OutboundPolicy policy) {
    OutboundHttp http = new OutboundHttp(VERTX, policy, config);
    open.add(http::close);
    return http;
  }

  private Response response(TestConfig config, String url) {
    return (Response)
        http(config, config.policy())
            .post(
                URI.create(url),
                Map.of("Content-Type", "application/json", "X-Test", "X"),
                BODY,
                TIMEOUT,
                1000);
  }

  private Failure failure(TestConfig config, URI uri, Duration timeout) {
    return (Failure) http(config, config.policy()).post(uri, Map.of(), BODY, timeout, 1000);
  }

  private Failure failure(int port, Duration timeout) {
    return failure(allowing("127.0.0.1:" + port), uri(port), timeout);
  }

  /** A request to a name that leads to this machine. */
  private OutboundResult tls(TestConfig config, String url) {
    OutboundPolicy policy =
        new OutboundPolicy(config, host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")});
    return http(config, policy).post(URI.create(url), Map.of(), BODY, TIMEOUT, 1000);
  }

  private int server(String address, HttpHandler handler) throws IOException {
    return serverAt(address, 0, handler);
  }

  private int serverAt(String address, int port, HttpHandler handler) throws IOException {
    return start(
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral(address), port), 0), handler);
  }

  private int start(HttpServer server, HttpHandler handler) {
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          received.add(
              "%s %s %s %s=%s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestURI(),
                      exchange.getRequestHeaders().getFirst("Host"),
                      exchange.getRequestHeaders().getFirst("X-Test"),
                      new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          handler.handle(exchange);
        });
    server.start();
    open.add(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.getResponseHeaders().add("Retry-After", "7");
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  private int tlsServer(String name, int days) throws Exception {
    String store = folder.resolve("server.p12").toString();
    keytool("-genkeypair -keyalg EC -alias ca -dname CN=ca -ext bc:c -keystore " + store);
    keytool(
        "-genkeypair -keyalg EC -alias s -dname CN=%s -ext san=dns:%s -signer ca -keystore %s"
                .formatted(name, name, store)
            + " -startdate -30d -validity "
            + (30 + days));
    keytool("-exportcert -rfc -alias ca -file %s -keystore %s".formatted(ca(), store));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(Path.of(store))) {
      keys.load(file, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return start(server, exchange -> answer(exchange, 200, ""));
  }

  private Path ca() {
    return folder.resolve("ca.pem");
  }

  private static void keytool(String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private interface Connection {
    void accept(Socket socket) throws IOException;
  }

  /** A server that does with each connection what HTTP servers do not. */
  private int rawServer(Connection connection) throws IOException {
    ServerSocket server = new ServerSocket(0, 100, InetAddress.ofLiteral("127.0.0.1"));
    open.add(server);
    threads.execute(
        () -> {
          while (!server.isClosed()) {
            try {
              Socket socket = server.accept();
              threads.execute(() -> serve(socket, connection));
            } catch (IOException e) {
              return;
            }
          }
        });
    return server.getLocalPort();
  }

  private static void serve(Socket socket, Connection connection) {
    try (socket) {
      connection.accept(socket);
    } catch (IOException e) {
      // The client closed the connection.
    }
  }

  private static void respond(Socket socket, String response) throws IOException {
    readHead(socket);
    socket.getOutputStream().write(response.getBytes(UTF_8));
    readUntilClosed(socket);
  }

  /** Reads the head of a CONNECT request and relays the connection to a port of this machine. */
  private void tunnel(Socket socket, List<String> asked, int port) throws IOException {
    asked.addAll(readHead(socket).lines().toList());
    try (Socket target = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(UTF_8));
      threads.execute(
          () -> {
            try {
              target.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException e) {
              // Closed.
            }
          });
      socket.getInputStream().transferTo(target.getOutputStream());
    }
  }

  private static String readHead(Socket socket) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) socket.getInputStream().read());
    }
    return head.toString();
  }

  private static void readUntilClosed(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }
}
