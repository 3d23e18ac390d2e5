package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.externalservice.HttpService;
import io.tenantry.testing.ServiceProcess;
import io.tenantry.testing.TcpRelay;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The control database commits a claim of the warm pool, or the activation after it, and the
 * connection ends before it says so.
 */
class LostAnswerIT {

  private final PostgresServer server = LocalStack.shared().postgres();
  private HttpService auth;
  private TcpRelay relay;
  private ServiceProcess service;

  @BeforeEach
  void start() throws IOException {
    auth = new HttpService();
    relay = new TcpRelay(server.host(), server.port());
    service =
        ServiceProcess.start(
            Map.of(
                "CONTROL_DATABASE_HOST", "127.0.0.1",
                "CONTROL_DATABASE_PORT", Integer.toString(relay.port()),
                "POOL_SIZE", "1",
                "POOL_BLUEPRINTS", "car",
                "TENANTRY_POOL_INTERVAL", "1s",
                "AUTH_SERVICE_URL", "http://127.0.0.1:" + auth.port()));
  }

  @AfterEach
  void close() {
    service.close();
    relay.close();
  }

  @Test
  @Tag("T4")
  @Tag("T10")
  void createsTenantWithAndWithoutServicesThoughClaimsCommitIsNotAnswered() {
    createsFromPool("DELETE FROM control_plane.pool_entries", "[\"auth\"]");
    createsFromPool("DELETE FROM control_plane.pool_entries", "[]");
  }

  @Test
  @Tag("T4")
  @Tag("T10")
  void createsTenantThoughCommitOfItsActivationIsNotAnswered() {
    createsFromPool("SET status = 'active'", "[]");
  }

  private void createsFromPool(String commit, String services) {
    String entry =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(LostAnswerIT::entry, found -> !found.isEmpty());
    int lost = relay.lostCommits();
    relay.loseCommitOf(commit);
    asAdmin(service)
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"services\":%s}"
                .formatted(newName(), services))
        .post(TENANTS)
        .then()
        .statusCode(201)
        .body("tenant_id", equalTo(entry))
        .body("status", equalTo("active"));
    assertThat(relay.lostCommits()).isEqualTo(lost + 1);
  }

  private static String entry() {
    return Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.pool_entries WHERE status = 'ready'")
        .stream()
        .findFirst()
        .orElse("");
  }
}
