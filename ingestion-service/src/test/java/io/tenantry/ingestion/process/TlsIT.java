package io.tenantry.ingestion.process;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.KafkaTls;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.localstack.TlsKafka;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service, with TLS to the control database and to the broker. */
@Tag("P13")
@Tag("F16")
class TlsIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String USER = "ingestion-service";
  private static final String PASSWORD = "only-for-tests";
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");
  private static final CertificateAuthority OTHER = CertificateAuthority.create("another");

  @TempDir static Path folder;

  private static PostgresServer postgres;
  private static TlsKafka kafka;
  private static Path trusted;
  private static Path untrusted;

  /** They start at the same time: each of them is refused. */
  private static ServiceProcess brokerOfAnotherAuthority;

  private static ServiceProcess untrustedCertificate;
  private static ServiceProcess databaseOfAnotherAuthority;
  private static ServiceProcess uncheckedCertificate;

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
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", kafka.plain().bootstrapServers()))) {
      admin
          .alterUserScramCredentials(
              List.of(
                  new UserScramCredentialUpsertion(
                      USER, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
          .all()
          .get();
    }
    launchRefused();
  }

  private static void launchRefused() {
    brokerOfAnotherAuthority = ServiceProcess.launch(scram(untrusted));
    untrustedCertificate = ServiceProcess.launch(certificate(OTHER));
    Map<String, String> otherDatabase = scram(trusted);
    otherDatabase.put("CONTROL_DATABASE_SSL_ROOT_CERT", untrusted.toString());
    otherDatabase.put("QUARKUS_FLYWAY_CONNECT_RETRIES", "0");
    databaseOfAnotherAuthority = ServiceProcess.launch(otherDatabase);
    Map<String, String> unchecked = scram(trusted);
    unchecked.put("CONTROL_DATABASE_SSL_MODE", "require");
    uncheckedCertificate = ServiceProcess.launch(unchecked);
  }

  @AfterAll
  static void stopTls() {
    Stream.of(
            brokerOfAnotherAuthority,
            untrustedCertificate,
            databaseOfAnotherAuthority,
            uncheckedCertificate)
        .filter(Objects::nonNull)
        .forEach(ServiceProcess::close);
    PostgresTls.stop(postgres);
  }

  private static Map<String, String> settings(String servers, String protocol, Path kafkaTrust) {
    Map<String, String> settings = new HashMap<>();
    settings.put("CONTROL_DATABASE_SSL_MODE", "verify-full");
    settings.put("CONTROL_DATABASE_SSL_ROOT_CERT", trusted.toString());
    settings.put("KAFKA_BOOTSTRAP_SERVERS", servers);
    settings.put("KAFKA_SECURITY_PROTOCOL", protocol);
    settings.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
    settings.put("KAFKA_SSL_TRUSTSTORE_LOCATION", kafkaTrust.toString());
    return settings;
  }

  private static Map<String, String> scram(Path kafkaTrust) {
    Map<String, String> settings = settings(kafka.scramServers(), "SASL_SSL", kafkaTrust);
    settings.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
    settings.put(
        "KAFKA_SASL_JAAS_CONFIG",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(USER, PASSWORD));
    return settings;
  }

  private static Map<String, String> certificate(CertificateAuthority signedBy) {
    CertificateAuthority.Issued own = signedBy.issue(USER);
    Map<String, String> settings = settings(kafka.certificateServers(), "SSL", trusted);
    settings.put("KAFKA_SSL_KEYSTORE_TYPE", "PEM");
    settings.put("KAFKA_SSL_KEYSTORE_KEY", own.key());
    settings.put("KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN", own.certificate());
    return settings;
  }

  @Test
  void deliversWithPasswordAuthentication() {
    deliver(scram(trusted));
  }

  @Test
  void deliversWithCertificateAuthentication() {
    deliver(certificate(AUTHORITY));
  }

  private static void deliver(Map<String, String> settings) {
    try (ServiceProcess service = ServiceProcess.start(settings)) {
      TestTenant tenant = TestTenant.withInbox();
      String event = "e-" + UUID.randomUUID();

      given()
          .header("X-API-Key", tenant.key())
          .contentType("application/json")
          .body("{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}".formatted(event))
          .post(service.address() + "/api/v1/events")
          .then()
          .statusCode(202);

      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).containsExactly(event));
      assertThat(
              ControlDatabase.column(
                  """
                  SELECT DISTINCT ssl
                  FROM pg_stat_activity
                  JOIN pg_stat_ssl USING (pid)
                  WHERE usename = 'ingestion_service'
                  """))
          .containsExactly("t");
      // It leaves its group; the next replica would wait for the end of its session.
      service.terminate();
    }
  }

  @Test
  void isNotReadyWithBrokerOfAnotherAuthority() {
    brokerOfAnotherAuthority.awaitLog("SSL handshake failed");
    brokerOfAnotherAuthority.awaitStatus("/q/health/ready", 503);
  }

  @Test
  void isNotReadyWithCertificateThatBrokerDoesNotTrust() {
    untrustedCertificate.awaitStatus("/q/health/live", 200);
    untrustedCertificate.awaitStatus("/q/health/ready", 503);
    untrustedCertificate.awaitLog("the topics could not be created");
  }

  @Test
  void refusesToStartWithControlDatabaseOfAnotherAuthority() {
    assertThat(databaseOfAnotherAuthority.awaitEnd()).isNotZero();
    assertThat(databaseOfAnotherAuthority.log())
        .contains("unable to find valid certification path");
  }

  @Test
  void refusesToStartWithRootCertificateThatIsNotChecked() {
    assertThat(uncheckedCertificate.awaitEnd()).isNotZero();
    assertThat(uncheckedCertificate.log())
        .contains("CONTROL_DATABASE_SSL_ROOT_CERT is not checked with require");
  }
}
