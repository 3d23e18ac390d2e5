package io.tenantry.backup.process;

import static io.tenantry.backup.process.CrashIT.awaitJob;
import static io.tenantry.backup.process.CrashIT.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.TenantEvents;
import io.tenantry.backup.store.S3Server;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.KafkaTls;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.localstack.TlsKafka;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TestTenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service verifies the certificates of all servers. */
@Tag("P13")
@Tag("F16")
class TlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");
  private static final CertificateAuthority OTHER = CertificateAuthority.create("another");

  @TempDir static Path folder;

  private static PostgresServer postgres;
  private static TlsKafka kafka;
  private static S3Server store;
  private static Path trusted;
  private static Path untrusted;

  @BeforeAll
  static void startServers() throws Exception {
    trusted = Files.writeString(folder.resolve("ours.crt"), AUTHORITY.certificate());
    untrusted = Files.writeString(folder.resolve("another.crt"), OTHER.certificate());
    postgres = LocalStack.shared().postgres();
    PostgresTls.use(postgres, AUTHORITY.issue("server", postgres.host(), "localhost"));
    kafka =
        LocalStack.shared()
            .startBroker(
                "tls-kafka",
                new KafkaTls(AUTHORITY.issue("broker", "127.0.0.1", "localhost"), AUTHORITY));
    store = S3Server.secured(AUTHORITY.issue("store", "127.0.0.1", "localhost"));
  }

  @AfterAll
  static void stopTls() {
    PostgresTls.stop(postgres);
  }

  private static Map<String, String> settings(Path storeTrust) {
    CertificateAuthority.Issued own = AUTHORITY.issue("backup-service");
    Map<String, String> settings = new HashMap<>(Replica.ownGroup());
    settings.put("CONTROL_DATABASE_SSL_MODE", "verify-full");
    settings.put("CONTROL_DATABASE_SSL_ROOT_CERT", trusted.toString());
    settings.put("KAFKA_BOOTSTRAP_SERVERS", kafka.certificateServers());
    settings.put("KAFKA_SECURITY_PROTOCOL", "SSL");
    settings.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", trusted.toString());
    settings.put("KAFKA_SSL_KEYSTORE_TYPE", "PEM");
    settings.put("KAFKA_SSL_KEYSTORE_KEY", own.key());
    settings.put("KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", own.certificate());
    settings.put("TENANT_BACKUP_PATH", "");
    settings.put("BACKUP_S3_BUCKET", S3Server.BUCKET);
    settings.put("BACKUP_S3_ENDPOINT", store.endpoint().toString());
    settings.put("BACKUP_S3_PATH_STYLE", "true");
    settings.put("BACKUP_S3_ACCESS_KEY", S3Server.KEY);
    settings.put("BACKUP_S3_SECRET_KEY", S3Server.SECRET);
    settings.put("BACKUP_S3_SSL_ROOT_CERT", storeTrust.toString());
    return settings;
  }

  @Test
  void takesEventsAndBacksUp() {
    TestTenant tenant = TestTenant.withDatabase();
    try (ServiceProcess service = Replica.start(settings(trusted));
        TenantEvents events =
            new TenantEvents(TenantEvents.TOPIC, kafka.plain().bootstrapServers())) {
      events.publishProvisioned(tenant.id());
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () ->
                  assertThat(
                          ControlDatabase.column(
                              "SELECT cron FROM backup.schedules WHERE tenant_id = ?", tenant.id()))
                      .hasSize(1));

      String job = submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}");

      assertThat(awaitJob(service, job).getString("status")).isEqualTo("completed");
    }
  }

  @Test
  void storesNothingOnServerWhoseCertificateAnotherAuthoritySigned() {
    TestTenant tenant = TestTenant.withDatabase();
    Map<String, String> settings = settings(untrusted);
    settings.put("TENANTRY_BACKUP_MAKING_ATTEMPTS", "1");
    try (ServiceProcess service = Replica.start(settings)) {
      String job = submit(service, "/api/v1/tenants/" + tenant.id() + "/backups", "{}");

      assertThat(awaitJob(service, job).getString("error.code")).isEqualTo("STORE_UNAVAILABLE");
    }
  }
}
