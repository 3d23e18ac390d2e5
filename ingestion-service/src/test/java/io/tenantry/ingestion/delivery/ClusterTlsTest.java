package io.tenantry.ingestion.delivery;

import static io.tenantry.ingestion.IngestionApi.EVENTS;
import static io.tenantry.ingestion.IngestionApi.asTenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.ingestion.Readiness;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.CertificateAuthority;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.localstack.PostgresTls;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.ControlPlane;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TcpRelay;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Events are delivered over TLS that verifies the tenant's server. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("P13")
@Tag("F16")
class ClusterTlsTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("ours");
  private static final CertificateAuthority OTHER = CertificateAuthority.create("another");

  private final String cluster = "tls-" + UUID.randomUUID().toString().substring(0, 8);

  LocalStack stack;
  private TestTenant tenant;
  private TcpRelay relay;

  @BeforeEach
  void prepare() throws IOException {
    Readiness.await("topics", "UP");
    PostgresServer server = stack.postgres();
    PostgresTls.use(server, AUTHORITY.issue("server", server.host(), "localhost"));
    relay = new TcpRelay(server.host(), server.port());
    tenant = TestTenant.withInbox();
  }

  @AfterEach
  void closeRelay() throws IOException {
    relay.close();
  }

  @AfterAll
  static void stopTls() {
    PostgresTls.stop(LocalStack.shared().postgres());
  }

  /** Moves the tenant to a cluster whose certificate this authority must have signed. */
  private void move(CertificateAuthority trusted) {
    String url =
        "postgresql://%1$s:%2$s@%3$s:%4$d/%1$s?sslmode=verify-full"
            .formatted(
                tenant.database(), TestTenant.PASSWORD, stack.postgres().host(), relay.port());
    byte[] encrypted =
        KeyRing.of(stack.environment().get("ENCRYPTION_KEY"), List.of())
            .encrypt(url, tenant.id().toString());
    ControlPlane.registerVerified(
        cluster, stack.postgres().host(), relay.port(), trusted.certificate());
    tenant.moveTo(cluster);
    ControlPlane.setConnectionString(tenant.id(), encrypted);
  }

  private void capture(String id) {
    asTenant(tenant)
        .contentType("application/json")
        .body("{\"event_id\":\"%s\",\"type\":\"t\",\"data\":{}}".formatted(id))
        .post(EVENTS)
        .then()
        .statusCode(202);
  }

  @Test
  void deliversOverVerifiedTls() {
    move(AUTHORITY);
    String event = "e-" + tenant.id();

    capture(event);

    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).contains(event));
    assertThat(
            ControlDatabase.column(
                "SELECT ssl FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE usename = ?",
                tenant.database()))
        .isNotEmpty()
        .containsOnly("t");
  }

  @Test
  void keepsEventsUntilServerIsTrusted() {
    move(OTHER);
    String event = "e-" + tenant.id();

    capture(event);
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () ->
                assertThat(
                        ControlDatabase.column(
                            "SELECT 1 FROM ingestion.topic_backlogs WHERE tenant_id = ?",
                            tenant.id()))
                    .isNotEmpty());
    assertThat(TenantDatabase.inbox(tenant)).isEmpty();
    move(AUTHORITY);

    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(TenantDatabase.inbox(tenant)).contains(event));
  }
}
