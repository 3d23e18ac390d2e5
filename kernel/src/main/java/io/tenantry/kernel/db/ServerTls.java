package io.tenantry.kernel.db;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.net.TrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The TLS settings of connections to a PostgreSQL server: libpq's {@code sslmode} and {@code
 * sslrootcert}. {@code verify-ca} and {@code verify-full} need root certificates; the other modes
 * do not check the server's identity and take none.
 *
 * @param rootCertificates in PEM
 */
public record ServerTls(SslMode mode, Optional<String> rootCertificates) {

  /** Java's name for the check that a certificate names the host (RFC 2818). */
  private static final String HOST_NAME_CHECK = "HTTPS";

  /**
   * A mode with its certificates.
   *
   * @param sslMode as libpq writes it
   * @param rootCertificates in PEM
   * @throws InvalidServerTls if the mode is unknown to libpq, lacks certificates, or takes none and
   *     some are given
   */
  public static ServerTls of(String sslMode, Optional<String> rootCertificates) {
    SslMode mode = mode(sslMode);
    if (verifies(mode) && rootCertificates.isEmpty()) {
      throw new InvalidServerTls(
          "must hold the certificates that " + mode.value + " trusts, in PEM");
    }
    if (!verifies(mode) && rootCertificates.isPresent()) {
      throw new InvalidServerTls(
          "is not checked with " + mode.value + "; use verify-full or verify-ca");
    }
    return new ServerTls(mode, rootCertificates.map(RootCertificates::normalize));
  }

  /**
   * {@link #of} for configured values; an invalid value stops the service with one clear line.
   *
   * @param variable the environment variable that names the file
   */
  public static ServerTls configured(String sslMode, Optional<Path> file, String variable) {
    try {
      Optional<String> certificates =
          file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty();
      return of(sslMode, certificates);
    } catch (IOException e) {
      throw new ConfigurationException(
          "%s: the file %s cannot be read".formatted(variable, file.get()));
    } catch (InvalidServerTls e) {
      throw new ConfigurationException(variable + ' ' + e.getMessage());
    }
  }

  /** Whether a mode checks the server's identity. */
  public static boolean verifies(String sslMode) {
    return verifies(mode(sslMode));
  }

  private static boolean verifies(SslMode mode) {
    return mode == SslMode.VERIFY_CA || mode == SslMode.VERIFY_FULL;
  }

  private static SslMode mode(String sslMode) {
    try {
      return SslMode.of(sslMode);
    } catch (IllegalArgumentException e) {
      throw new InvalidServerTls("must be an sslmode of libpq, not " + sslMode);
    }
  }

  /** Sets the options of the reactive client. */
  public PgConnectOptions applyTo(PgConnectOptions options) {
    options.setSslMode(mode);
    if (rootCertificates.isEmpty()) {
      return options.setTrustAll(true);
    }
    return options
        .setTrustAll(false)
        .setTrustOptions(
            TrustOptions.wrap(
                CertificateCheck.against(RootCertificates.parse(rootCertificates.get()))))
        .setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? HOST_NAME_CHECK : "");
  }

  /** {@code sslmode} as libpq, JDBC and connection strings have it. */
  public String sslMode() {
    return mode.value;
  }

  /** A file with the certificates, for {@code sslrootcert} of libpq and JDBC. */
  public Optional<Path> rootCertificateFile() {
    return rootCertificates.map(RootCertificates::file);
  }

  /** An invalid mode, invalid certificates, or a mode and certificates that do not match. */
  public static final class InvalidServerTls extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvalidServerTls(String message) {
      super(message);
    }
  }
}
