package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.backUp;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.db.PostgresLogin;
import io.tenantry.kernel.db.ServerTls;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TcpRelay;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups and restores where the cluster's server has to prove who it is. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
@Tag("F16")
class ClusterTlsTest {

  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");
  private static final CertificateAuthority OTHER = CertificateAuthority.create("another");

  private final String cluster = "tls-" + UUID.randomUUID().toString().substring(0, 8);
  private TestTenant tenant;
  private TcpRelay relay;

  @BeforeEach
  void prepare() throws IOException {
    PostgresServer server = LocalStack.shared().postgres();
    PostgresTls.use(server, AUTHORITY.issue("server", server.host(), "localhost"));
    tenant = TestTenant.withDatabase();
    relay = new TcpRelay(server.host(), server.port());
    ControlPlane.register(cluster, relay.port());
    tenant.moveTo(cluster);
  }

  @AfterEach
  void closeRelay() throws IOException {
    relay.close();
  }

  @AfterAll
  static void stopTls() {
    PostgresTls.stop(LocalStack.shared().postgres());
  }

  private void trust(CertificateAuthority authority) {
    ControlPlane.verifyCertificates(cluster, authority.certificate());
  }

  @Test
  void backsUpAndRestoresOverVerifiedTls() {
    trust(AUTHORITY);
    backUp(tenant.id());
    tenant.execute("DELETE FROM settings");

    awaitSuccess(submit("/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id())));

    assertThat(tenant.column("SELECT key FROM settings ORDER BY key"))
        .containsExactly("plan", "seats");
  }

  @Test
  void doesNotBackUpFromServerWhoseCertificateAnotherAuthoritySigned() {
    trust(OTHER);
    String job = submit("/api/v1/tenants/" + tenant.id() + "/backups", "{}");

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(asAdmin().get("/api/v1/jobs/" + job).jsonPath().getString("error.code"))
                    .isEqualTo("DATABASE_TLS_FAILED"));
    assertThat(
            ControlDatabase.column(
                "SELECT 1 FROM backup.backups WHERE tenant_id = ? AND status = 'completed'",
                tenant.id()))
        .isEmpty();
  }

  @Test
  void clientProgramsVerifyServer() throws Exception {
    assertThat(psql(AUTHORITY)).isEqualTo("t");
    assertThat(psql(OTHER)).contains("certificate verify failed");
  }

  /** The output of psql: whether its session is protected, or why it has none. */
  private String psql(CertificateAuthority authority) throws Exception {
    Map<String, String> environment = LocalStack.shared().environment();
    PostgresLogin login =
        new PostgresLogin(
            LocalStack.shared().postgres().host(),
            relay.port(),
            "postgres",
            environment.get("TENANT_CLUSTER_ADMIN_USER"),
            environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"),
            ServerTls.of("verify-full", Optional.of(authority.certificate())));
    ProcessBuilder program =
        new ProcessBuilder(
                "psql",
                "--no-psqlrc",
                "--no-align",
                "--tuples-only",
                "--command=SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            .redirectErrorStream(true);
    program.environment().putAll(login.environment());
    Process process = program.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output.strip();
  }
}
