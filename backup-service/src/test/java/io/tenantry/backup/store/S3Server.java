package io.tenantry.backup.store;

import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.SupervisedProcess;
import io.tenantry.localstack.SupervisedProcess.Signal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server over a folder, in a process of its own; one for all tests of this JVM. */
public final class S3Server {

  public static final String BUCKET = "backups";
  public static final String KEY = "tester";
  public static final String SECRET = "only-for-tests";

  private static final Path JAR = Path.of("target", "s3proxy", "s3proxy.jar");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static S3Server shared;

  private final Path folder;
  private final int port;
  private final Optional<CertificateAuthority.Issued> certificate;
  private SupervisedProcess process;

  private S3Server(Path folder, int port, Optional<CertificateAuthority.Issued> certificate) {
    this.folder = folder;
    this.port = port;
    this.certificate = certificate;
  }

  /** The server, started by the first call and ended with the JVM. */
  public static synchronized S3Server shared() {
    if (shared == null) {
      shared = started(Optional.empty());
    }
    return shared;
  }

  /** One more server, by https, with this certificate. */
  public static S3Server secured(CertificateAuthority.Issued certificate) {
    return started(Optional.of(certificate));
  }

  private static S3Server started(Optional<CertificateAuthority.Issued> certificate) {
    S3Server server;
    try (ServerSocket socket = new ServerSocket(0)) {
      Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "s3-");
      server = new S3Server(folder.toAbsolutePath(), socket.getLocalPort(), certificate);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.start();
    LocalStack.shared().beforeClose(server::stop);
    return server;
  }

  /** Where it answers. */
  public URI endpoint() {
    return URI.create((certificate.isPresent() ? "https" : "http") + "://127.0.0.1:" + port);
  }

  /** Starts it again, on the same port with the same objects; returns when it takes connections. */
  public void start() {
    try {
      Files.createDirectories(folder.resolve("objects").resolve(BUCKET));
      Path settings = folder.resolve("s3proxy.conf");
      Files.writeString(
          settings,
          """
          s3proxy.%s=%s
          s3proxy.authorization=aws-v2-or-v4
          s3proxy.identity=%s
          s3proxy.credential=%s
          jclouds.provider=filesystem-nio2
          jclouds.filesystem.basedir=%s
          """
                  .formatted(
                      certificate.isPresent() ? "secure-endpoint" : "endpoint",
                      endpoint(),
                      KEY,
                      SECRET,
                      folder.resolve("objects"))
              + keyStoreSettings());
      process =
          SupervisedProcess.start(
              new SupervisedProcess.Command(
                  "s3proxy",
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx128m",
                      "-XX:+UseSerialGC",
                      "-XX:TieredStopAtLevel=1",
                      "-jar",
                      JAR.toAbsolutePath().toString(),
                      "--properties",
                      settings.toString()),
                  Map.of(),
                  folder,
                  folder,
                  folder.resolve("s3proxy.log"),
                  Signal.KILL,
                  LIMIT));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Awaitility.await().atMost(LIMIT).until(this::answers);
  }

  private String keyStoreSettings() throws IOException {
    if (certificate.isEmpty()) {
      return "";
    }
    Path keyStore = folder.resolve("s3proxy.p12");
    try (OutputStream output = Files.newOutputStream(keyStore)) {
      certificate.get().keyStore(SECRET).store(output, SECRET.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    return "s3proxy.keystore-path=%s\ns3proxy.keystore-password=%s\n".formatted(keyStore, SECRET);
  }

  /** Ends it at once. */
  public void stop() {
    process.stop(Signal.KILL, LIMIT);
  }

  private boolean answers() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** A client of it. */
  public S3Client client() {
    return S3Client.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, SECRET)))
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }
}
