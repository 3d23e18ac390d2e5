package io.tenantry.localstack;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Configures certificates of running PostgreSQL servers, by SQL only. */
public final class PostgresTls {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 20;

  /** The request for TLS, before the handshake: PostgreSQL's manual, section 53.7. */
  private static final int SSL_REQUEST = 80_877_103;

  private PostgresTls() {}

  /**
   * Configures the server's certificate and waits until new connections use it.
   *
   * @throws LocalStackException if they do not use it in time
   */
  public static void use(PostgresServer server, CertificateAuthority.Issued certificate) {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      write(statement, "server.crt", certificate.certificate());
      write(statement, "server.key", certificate.key());
      statement.execute("ALTER SYSTEM SET ssl = on");
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new LocalStackException(
          "PostgreSQL did not accept the certificate: " + e.getMessage(), e);
    }
    await(server, certificate);
  }

  /**
   * Disables TLS for new connections.
   *
   * @throws LocalStackException if the server rejects it
   */
  public static void stop(PostgresServer server) {
    try (Connection connection = server.connect("postgres");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM RESET ssl");
      statement.execute("SELECT pg_reload_conf()");
    } catch (SQLException e) {
      throw new LocalStackException("PostgreSQL did not disable TLS: " + e.getMessage(), e);
    }
  }

  /** Writes a file to the data directory that only the server's user can read. */
  private static void write(Statement statement, String file, String content) throws SQLException {
    statement.execute(
        "COPY (SELECT unnest(string_to_array('%s', E'\\n'))) TO PROGRAM 'umask 077; cat > %s'"
            .formatted(content.strip(), file));
  }

  private static void await(PostgresServer server, CertificateAuthority.Issued expected) {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    String body = expected.certificate().replaceAll("-----[A-Z ]+-----|\\s", "");
    try {
      while (!Base64.getEncoder().encodeToString(presented(server).getEncoded()).equals(body)) {
        if (System.nanoTime() > end) {
          throw new LocalStackException("PostgreSQL does not present the certificate");
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    } catch (GeneralSecurityException e) {
      throw new LocalStackException("the certificate cannot be read", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalStackException("interrupted", e);
    }
  }

  /**
   * The certificate that the server presents to a new connection; waits until the server offers
   * TLS.
   */
  private static Certificate presented(PostgresServer server)
      throws GeneralSecurityException, InterruptedException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try (Socket socket = new Socket(server.host(), server.port())) {
        DataOutputStream output = new DataOutputStream(socket.getOutputStream());
        output.writeInt(Integer.BYTES * 2);
        output.writeInt(SSL_REQUEST);
        output.flush();
        if (socket.getInputStream().read() != 'S') {
          throw new IOException("the server has no TLS yet");
        }
        try (SSLSocket secured =
            (SSLSocket)
                context
                    .getSocketFactory()
                    .createSocket(socket, server.host(), server.port(), true)) {
          secured.startHandshake();
          return secured.getSession().getPeerCertificates()[0];
        }
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new LocalStackException("PostgreSQL does not offer TLS: " + e.getMessage(), e);
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Accepts any certificate, in order to read it. */
  private static final class AnyCertificate implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
