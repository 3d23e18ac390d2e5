package io.tenantry.kernel.outbound;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.db.RootCertificates;
import io.tenantry.kernel.outbound.OutboundResult.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.tracing.TracingPolicy;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to URLs that others name. Each request resolves and checks its URL again and
 * connects to an address that was checked, under the URL's name for TLS and the {@code Host}
 * header, so that a name cannot point elsewhere between check and connection. Redirects are not
 * followed; time, headers and bodies of responses are limited. Blocks; call it on a virtual thread.
 */
@Singleton
public final class OutboundHttp {

  /** The limit of addresses of a host that are tried. */
  private static final int MAX_ADDRESSES = 3;

  private static final int MAX_HEADER_BYTES = 16 << 10;

  /** Shorter than the five seconds after which some servers close idle connections. */
  private static final int KEEP_ALIVE_SECONDS = 3;

  private final OutboundPolicy policy;
  private final HttpClient client;

  OutboundHttp(Vertx vertx, OutboundPolicy policy, OutboundConfig config) {
    this.policy = policy;
    HttpClientOptions options =
        new HttpClientOptions()
            .setMaxPoolSize(config.connectionsPerAddress())
            // A request that waited would time out as if its receiver had not answered.
            .setMaxWaitQueueSize(0)
            .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setConnectTimeout((int) Duration.ofMinutes(1).toMillis())
            .setVerifyHost(true)
            // Receivers learn nothing about the service's traces.
            .setTracingPolicy(TracingPolicy.IGNORE);
    config.proxy().ifPresent(proxy -> options.setProxyOptions(proxy(proxy)));
    config
        .sslRootCert()
        .map(OutboundHttp::trust)
        .ifPresent(trust -> options.setTrustOptions(TrustOptions.wrap(trust)));
    this.client = vertx.createHttpClient(options);
  }

  /** Trusts Java's root certificates and those of a file. */
  private static X509TrustManager trust(Path file) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      Stream.concat(
              Arrays.stream(trustManager(null).getAcceptedIssuers()),
              RootCertificates.read(file, "OUTBOUND_SSL_ROOT_CERT").stream())
          .forEach(certificate -> add(store, certificate));
      return trustManager(store);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(KeyStore store, X509Certificate certificate) {
    try {
      store.setCertificateEntry("root-" + store.size(), certificate);
    } catch (KeyStoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509TrustManager trustManager(@Nullable KeyStore store)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return Arrays.stream(factory.getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .map(X509TrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static ProxyOptions proxy(URI proxy) {
    if (!"http".equals(proxy.getScheme()) || proxy.getHost() == null || proxy.getPort() == -1) {
      throw new ConfigurationException(
          "OUTBOUND_PROXY must be like http://user:password@host:port");
    }
    ProxyOptions options =
        new ProxyOptions()
            .setType(ProxyType.HTTP)
            .setHost(proxy.getHost())
            .setPort(proxy.getPort());
    if (proxy.getUserInfo() != null) {
      String[] parts = proxy.getUserInfo().split(":", 2);
      options.setUsername(parts[0]).setPassword(parts.length > 1 ? parts[1] : "");
    }
    return options;
  }

  @PreDestroy
  void close() {
    var unused = client.close();
  }

  /**
   * Sends a POST request.
   *
   * @param headers those that {@link OutboundHeaders#check} accepts
   * @param timeout the time limit for everything: resolving, connecting, TLS, and the response
   * @param maxResponseBytes how much of the response's body is read
   */
  public OutboundResult post(
      URI uri, Map<String, String> headers, byte[] body, Duration timeout, int maxResponseBytes) {
    OutboundHeaders.check("headers", headers);
    Deadline deadline = Deadline.in(timeout);
    try {
      CheckedUri target = policy.check(uri, timeout);
      HttpClientRequest request = connect(target, deadline);
      headers.forEach(request::putHeader);
      // The failure is also that of the response; without a handler it would be logged as an error.
      request.exceptionHandler(failure -> {});
      // Registered before sending: a quick response would have ended before it is read.
      Future<Received> response =
          request.response().compose(head -> receive(request, head, maxResponseBytes));
      var unused = request.send(Buffer.buffer(body));
      try {
        Received received = await(response, deadline);
        return new OutboundResult.Response(
            received.status(),
            received.headers(),
            received.body().toString(StandardCharsets.UTF_8),
            received.truncated(),
            target.isInside(),
            deadline.elapsed());
      } catch (NoResponse e) {
        request.reset();
        throw e;
      }
    } catch (AddressRefused e) {
      return new OutboundResult.Failure(
          e.isUnresolved() ? Reason.DNS : Reason.ADDRESS_REFUSED,
          e.getMessage(),
          deadline.elapsed());
    } catch (RejectedExecutionException e) {
      return new OutboundResult.Failure(
          Reason.BUSY, "too many host names are being resolved", deadline.elapsed());
    } catch (NoResponse e) {
      Reason reason = reason(e.failure);
      return new OutboundResult.Failure(reason, message(reason, e.failure), deadline.elapsed());
    }
  }

  /** A request on a connection to the first address that accepts one. */
  private HttpClientRequest connect(CheckedUri target, Deadline deadline) throws NoResponse {
    int left = Math.min(target.addresses().size(), MAX_ADDRESSES);
    for (InetAddress address : target.addresses()) {
      // An address that does not answer leaves time for the others.
      long limit = deadline.remaining().dividedBy(left).toMillis();
      Future<HttpClientRequest> request =
          client.request(
              new RequestOptions()
                  .setMethod(HttpMethod.POST)
                  .setServer(
                      SocketAddress.inetSocketAddress(
                          new InetSocketAddress(address, target.port())))
                  .setHost(target.host())
                  .setPort(target.port())
                  .setSsl(target.isTls())
                  .setURI(target.target())
                  .setFollowRedirects(false)
                  .setConnectTimeout(Math.max(1, limit)));
      left--;
      try {
        return await(request, deadline);
      } catch (NoResponse e) {
        var unused = request.onSuccess(HttpClientRequest::reset);
        if (left == 0 || !(isTimeout(e.failure) || e.failure instanceof SocketException)) {
          throw e;
        }
      }
    }
    throw new IllegalStateException("no address was checked");
  }

  /** Reads a response, up to the limit of its body; runs on the event loop. */
  private static Future<Received> receive(
      HttpClientRequest request, HttpClientResponse response, int maxBytes) {
    Map<String, String> headers = new TreeMap<>();
    response.headers().forEach((name, value) -> headers.putIfAbsent(lower(name), value));
    Buffer body = Buffer.buffer();
    Promise<Boolean> truncated = Promise.promise();
    response
        .handler(
            chunk -> {
              int room = maxBytes - body.length();
              body.appendBuffer(chunk, 0, Math.min(room, chunk.length()));
              if (chunk.length() > room && truncated.tryComplete(true)) {
                request.reset();
              }
            })
        .endHandler(end -> truncated.tryComplete(false))
        .exceptionHandler(truncated::tryFail);
    return truncated
        .future()
        .map(isTruncated -> new Received(response.statusCode(), headers, body, isTruncated));
  }

  private record Received(
      int status, Map<String, String> headers, Buffer body, boolean truncated) {}

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static <T> T await(Future<T> future, Deadline deadline) throws NoResponse {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new NoResponse(Objects.requireNonNullElse(e.getCause(), e));
    } catch (TimeoutException e) {
      throw new NoResponse(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoResponse(e);
    }
  }

  /** A part of a request failed, or was not complete in time. */
  private static final class NoResponse extends Exception {

    private static final long serialVersionUID = 1L;

    private final Throwable failure;

    NoResponse(Throwable failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static Reason reason(Throwable cause) {
    if (isTimeout(cause)) {
      return Reason.TIMEOUT;
    }
    return switch (cause) {
      case ConnectionPoolTooBusyException busy -> Reason.BUSY;
      case SSLException tls -> Reason.TLS;
      case ProxyConnectException proxy -> Reason.CONNECTION_REFUSED;
      case ConnectException refused -> Reason.CONNECTION_REFUSED;
      case NoRouteToHostException unreachable -> Reason.CONNECTION_REFUSED;
      case IOException lost -> Reason.CONNECTION_LOST;
      case HttpClosedException closed -> Reason.CONNECTION_LOST;
      case InterruptedException stopped -> Reason.CONNECTION_LOST;
      default -> Reason.INVALID_RESPONSE;
    };
  }

  private static boolean isTimeout(Throwable cause) {
    return cause instanceof TimeoutException
        || cause instanceof ConnectTimeoutException
        || cause instanceof SslHandshakeTimeoutException;
  }

  private static String message(Reason reason, Throwable cause) {
    return switch (reason) {
      case TIMEOUT -> "no complete response in time";
      case BUSY -> "too many requests to the same host are in progress";
      case TLS -> "TLS failed: " + tlsProblem(cause);
      case CONNECTION_REFUSED ->
          cause instanceof ProxyConnectException
              ? "the forward proxy did not connect"
              : "no connection: nothing listens, or there is no route";
      case CONNECTION_LOST -> "the connection was closed before the response was complete";
      default -> "the response is not valid HTTP, or its headers are too large";
    };
  }

  private static String tlsProblem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "the certificate has expired";
      }
      if (cause instanceof CertPathBuilderException) {
        return "the certificate is not signed by a trusted root certificate";
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return "the certificate is not valid for this host";
      }
    }
    return "no common protocol, or the server does not speak TLS";
  }

  /** When a request must be complete. */
  private record Deadline(long start, Duration timeout) {

    static Deadline in(Duration timeout) {
      return new Deadline(System.nanoTime(), timeout);
    }

    Duration elapsed() {
      return Duration.ofNanos(System.nanoTime() - start);
    }

    Duration remaining() {
      Duration left = timeout.minus(elapsed());
      return left.isNegative() ? Duration.ZERO : left;
    }
  }
}
