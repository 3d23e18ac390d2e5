package io.tenantry.tenant.cluster;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Diagnoses why no session with a server could be established, where PostgreSQL's client gives no
 * reason. It sends a TLS request, but no credentials.
 */
final class ServerProbe {

  /** The message SSLRequest of PostgreSQL's protocol: the length and the code 80877103. */
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final Duration FOLLOW_UP_TIMEOUT = Duration.ofMillis(300);

  private static final String NOT_POSTGRESQL = "the server is not PostgreSQL";

  private ServerProbe() {}

  /**
   * The diagnosis.
   *
   * @param tls whether TLS failed
   */
  record Finding(String reason, boolean tls) {

    private static Optional<Finding> of(String reason) {
      return Optional.of(new Finding(reason, false));
    }
  }

  /** Probes a server; empty if no problem was found. */
  static Optional<Finding> examine(String host, int port, boolean requiresTls) {
    return examine(host, port, requiresTls, TIMEOUT);
  }

  /**
   * {@link #examine(String, int, boolean)} with another limit.
   *
   * @param limit for the connection, and for each answer
   */
  static Optional<Finding> examine(String host, int port, boolean requiresTls, Duration limit) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
      socket.setSoTimeout((int) limit.toMillis());
      socket.getOutputStream().write(SSL_REQUEST);
      int answer = socket.getInputStream().read();
      return switch (answer) {
        case -1 -> Finding.of("the server closes the connection without a response");
        case 'S' -> {
          if (sendsMore(socket)) {
            yield Finding.of(NOT_POSTGRESQL);
          }
          yield requiresTls
              ? handshake(socket, host, port)
              : Finding.of("the server closes the connection during the login");
        }
        case 'N' -> Finding.of("the server closes the connection during the login");
        default -> Finding.of(NOT_POSTGRESQL);
      };
    } catch (UnknownHostException e) {
      return Finding.of("the host name cannot be resolved");
    } catch (SocketTimeoutException e) {
      return Finding.of("no response within %d s".formatted(limit.toSeconds()));
    } catch (NoRouteToHostException e) {
      return Finding.of("there is no route to the host");
    } catch (ConnectException e) {
      return Finding.of("the connection is refused");
    } catch (IOException e) {
      return Finding.of("the server resets the connection");
    }
  }

  /** PostgreSQL sends one byte and waits; greetings of other protocols may also start with S. */
  private static boolean sendsMore(Socket socket) throws IOException {
    int limit = socket.getSoTimeout();
    socket.setSoTimeout((int) FOLLOW_UP_TIMEOUT.toMillis());
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(limit);
    }
  }

  private static Optional<Finding> handshake(Socket socket, String host, int port) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustForProbe()}, null);
      try (SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true)) {
        tls.startHandshake();
        return Optional.empty();
      }
    } catch (IOException e) {
      return Optional.of(new Finding("the TLS handshake fails: " + e.getMessage(), true));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime does not support TLS", e);
    }
  }

  /** Trusts any server: the probe sends no data, and the certificate was verified before. */
  private static final class TrustForProbe implements X509TrustManager {

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
