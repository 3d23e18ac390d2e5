package io.tenantry.backup.store;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.backup.installation.Installation;
import io.tenantry.kernel.db.RootCertificates;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.runtime.StartupOrder;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The configured backup stores. Created first at startup: without a primary store, the service does
 * not start.
 */
@Singleton
@Startup(StartupOrder.REQUIREMENTS)
public class Stores {

  public static final String PRIMARY = "primary";
  public static final String SECONDARY = "secondary";

  /** The host that the AWS SDK connects to if no endpoint is configured. */
  private static final String AMAZON = "amazonaws.com";

  private final List<S3Client> clients = new ArrayList<>();
  private final BackupStore primary;
  private final Optional<BackupStore> secondary;

  Stores(StoreConfig config, Installation installation, StoreRecords records, ObjectMapper mapper) {
    ObjectStore first =
        objects(config.primary())
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "no backup store is configured: set TENANT_BACKUP_PATH to a folder, or"
                            + " BACKUP_S3_BUCKET to a bucket"));
    this.primary = new BackupStore(PRIMARY, first, Optional.empty(), installation, records, mapper);
    this.secondary =
        objects(config.secondary())
            .map(
                second ->
                    new BackupStore(
                        SECONDARY, second, Optional.of(primary), installation, records, mapper));
    if (secondary.map(BackupStore::location).filter(first.location()::equals).isPresent()) {
      throw new ConfigurationException(
          "the store for copies is the primary backup store itself: "
              + first.location()
              + "; set BACKUP_COPY_PATH or BACKUP_COPY_S3_… to another one");
    }
  }

  /** Where backups are stored. */
  public BackupStore primary() {
    return primary;
  }

  /** Where backups are copied to, if a second store is configured. */
  public Optional<BackupStore> secondary() {
    return secondary;
  }

  public List<BackupStore> all() {
    return Stream.concat(Stream.of(primary), secondary.stream()).toList();
  }

  /**
   * Returns the store with this name.
   *
   * @throws TenantryException {@code STORE_UNAVAILABLE} if it is no longer configured
   */
  public BackupStore named(String name) {
    return all().stream()
        .filter(store -> store.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TenantryException(
                    ErrorCode.STORE_UNAVAILABLE, "No " + name + " store is configured."));
  }

  @PreDestroy
  void close() {
    clients.forEach(S3Client::close);
  }

  private Optional<ObjectStore> objects(StoreConfig.StoreLocation place) {
    return place
        .path()
        .<ObjectStore>map(FileStore::new)
        .or(() -> place.s3().bucket().map(bucket -> bucket(place.s3(), bucket)));
  }

  private ObjectStore bucket(StoreConfig.S3 config, String bucket) {
    return new S3Store(
        config.endpoint().map(URI::getAuthority).orElse(AMAZON),
        client(config),
        bucket,
        config.prefix().orElse(""));
  }

  private S3Client client(StoreConfig.S3 config) {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder()
            .connectionTimeout(Duration.ofSeconds(10))
            .socketTimeout(Duration.ofSeconds(60));
    config
        .sslRootCert()
        .map(file -> RootCertificates.trustManagers(file, "BACKUP_S3_SSL_ROOT_CERT"))
        .ifPresent(trust -> http.tlsTrustManagersProvider(() -> trust));
    S3Client client =
        S3Client.builder()
            .region(Region.of(config.region()))
            .endpointOverride(config.endpoint().orElse(null))
            .forcePathStyle(config.pathStyle())
            .credentialsProvider(credentials(config))
            // Servers other than Amazon's do not support the newer checksums; backups contain their
            // own.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(http)
            .build();
    clients.add(client);
    return client;
  }

  private static AwsCredentialsProvider credentials(StoreConfig.S3 config) {
    return config
        .accessKey()
        .<AwsCredentialsProvider>map(
            key ->
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(key, config.secretKey().orElse(""))))
        .orElseGet(() -> DefaultCredentialsProvider.builder().build());
  }
}
