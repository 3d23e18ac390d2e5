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
 * Finds out what answers at an address where PostgreSQL's client only knows that it got no session.
 * It sends the request for TLS and nothing of a login.
 */
final class ServerProbe {

  /** PostgreSQL's protocol, SSLRequest: the message's length and 80877103. */
  private static final byte[] SSL_REQUEST = {0, 0, 0, 8, 4, (byte) 210, 22, 47};

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private static final Duration FOLLOW_UP_TIMEOUT = Duration.ofMillis(300);

  private static final String NOT_POSTGRESQL = "what answers there is not PostgreSQL";

  private ServerProbe() {}

  /**
   * What is wrong.
   *
   * @param tls whether it is TLS that fails
   */
  record Finding(String reason, boolean tls) {

    private static Optional<Finding> of(String reason) {
      return Optional.of(new Finding(reason, false));
    }
  }

  /** Empty if nothing is wrong as far as this can see. */
  static Optional<Finding> examine(String host, int port, boolean requiresTls) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket.getOutputStream().write(SSL_REQUEST);
      int answer = socket.getInputStream().read();
      return switch (answer) {
        case -1 -> Finding.of("the server closes the connection without an answer");
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
      return Finding.of("no answer within %d s".formatted(TIMEOUT.toSeconds()));
    } catch (NoRouteToHostException e) {
      return Finding.of("there is no route to the host");
    } catch (ConnectException e) {
      return Finding.of("the connection is refused");
    } catch (IOException e) {
      return Finding.of("the server resets the connection");
    }
  }

  /** PostgreSQL sends one byte and waits; the names of other protocols begin with S, too. */
  private static boolean sendsMore(Socket socket) throws IOException {
    socket.setSoTimeout((int) FOLLOW_UP_TIMEOUT.toMillis());
    try {
      return socket.getInputStream().read() >= 0;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
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
      throw new IllegalStateException("this Java has no TLS", e);
    }
  }

  /**
   * Who the server is does not matter to the probe: nothing is sent, and that was checked before.
   */
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
