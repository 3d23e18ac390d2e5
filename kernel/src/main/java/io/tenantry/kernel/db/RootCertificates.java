package io.tenantry.kernel.db;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.kernel.db.ServerTls.InvalidServerTls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Root certificates in PEM, and as files for programs that read only files. */
public final class RootCertificates {

  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  private static @Nullable Path directory;

  private RootCertificates() {}

  /**
   * The certificates alone, without comments.
   *
   * @throws InvalidServerTls if the text has no certificate, an unreadable one, or a private key
   */
  static String normalize(String pem) {
    if (pem.contains("PRIVATE KEY-----")) {
      throw new InvalidServerTls("holds a private key; only certificates belong there");
    }
    if (!pem.contains(BEGIN)) {
      throw new InvalidServerTls("holds no certificate in PEM");
    }
    StringBuilder certificates = new StringBuilder();
    try {
      for (X509Certificate certificate : read(pem)) {
        certificates
            .append(BEGIN)
            .append('\n')
            .append(LINES.encodeToString(certificate.getEncoded()))
            .append("\n-----END CERTIFICATE-----\n");
      }
    } catch (CertificateException e) {
      throw new InvalidServerTls("holds a certificate that cannot be read");
    }
    return certificates.toString();
  }

  /** The certificates in a text that {@link #normalize} returned. */
  static List<X509Certificate> parse(String pem) {
    try {
      return read(pem);
    } catch (CertificateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<X509Certificate> read(String pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(
            new ByteArrayInputStream(pem.strip().getBytes(StandardCharsets.US_ASCII)))
        .stream()
        .map(X509Certificate.class::cast)
        .toList();
  }

  /**
   * Trusts only the certificates of a file, for clients of servers other than PostgreSQL.
   *
   * @param variable the environment variable that names the file
   */
  public static TrustManager[] trustManagers(Path file, String variable) {
    return new TrustManager[] {CertificateCheck.against(read(file, variable))};
  }

  /**
   * The certificates of a file; an unreadable file stops the service with one clear line.
   *
   * @param variable the environment variable that names the file
   */
  public static List<X509Certificate> read(Path file, String variable) {
    try {
      return parse(normalize(Files.readString(file)));
    } catch (IOException e) {
      throw new ConfigurationException(variable + ": the file " + file + " cannot be read");
    } catch (InvalidServerTls e) {
      throw new ConfigurationException(variable + ' ' + e.getMessage());
    }
  }

  /** A file with this content that only this process's user can read or change. */
  static synchronized Path file(String pem) {
    try {
      if (directory == null || !Files.isDirectory(directory)) {
        directory = Files.createTempDirectory("tenantry-ca-");
        directory.toFile().deleteOnExit();
      }
      Path file = directory.resolve(sha256(pem) + ".pem");
      if (!Files.exists(file)) {
        Path partial = Files.createTempFile(directory, "", ".new");
        Files.writeString(partial, pem);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        file.toFile().deleteOnExit();
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("the root certificates cannot be written to a file", e);
    }
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
