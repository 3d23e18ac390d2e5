package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import io.restassured.path.json.JsonPath;
import io.tenantry.kernel.crypto.KeyRing;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.webhook.Receiver;
import io.tenantry.testing.ServiceProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A new encryption key comes while tenants are made; the old one goes. */
class KeyRotationIT {

  private static final String NEW_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  @Test
  @Tag("T5")
  @Tag("T23")
  void movesEverySecretToTheNewestKeyWhileTheServiceRuns() throws Exception {
    try (Receiver receiver = new Receiver(0)) {
      moveEverySecret(receiver);
    }
  }

  private static void moveEverySecret(Receiver receiver) throws Exception {
    Map<String, String> outbound = Map.of("OUTBOUND_ALLOWED", receiver.authority());
    String oldKey = LocalStack.shared().environment().get("ENCRYPTION_KEY");
    Set<UUID> tenants = new HashSet<>();
    String url = receiver.url(200);
    JsonPath webhook;
    try (ServiceProcess before = ServiceProcess.start(outbound)) {
      webhook = createWebhook(before, url);
      for (int n = 0; n < 3; n++) {
        tenants.add(create(before));
      }
    }
    UUID broken = tenants.iterator().next();
    String intact = hex(broken);
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenant_databases
        SET connection_string_encrypted = set_byte(connection_string_encrypted, 40,
          255 - get_byte(connection_string_encrypted, 40))
        WHERE tenant_id = '%s'
        """
            .formatted(broken));

    try (ServiceProcess service =
        ServiceProcess.start(
            Map.of("ENCRYPTION_KEY", NEW_KEY, "ENCRYPTION_KEYS_RETIRED", oldKey))) {
      UUID job = UUID.fromString(asAdmin(service).post("/api/v1/encryption/rewrap").path("id"));
      tenants.add(create(service));
      JsonPath ended = awaitEnd(service, job);

      assertThat(ended.getString("status")).isEqualTo("completed");
      assertThat(ended.getInt("result.unreadable")).isEqualTo(1);
      assertThat(ended.getString("result.unreadable_rows[0].id")).isEqualTo(broken.toString());
      assertThat(ended.getInt("result.rewrapped")).isGreaterThanOrEqualTo(3);
      for (UUID tenant : tenants) {
        if (!tenant.equals(broken)) {
          assertThat(TenantConnections.of(tenant, NEW_KEY)).startsWith("postgresql://");
        }
      }

      restore(broken, intact);
      awaitEnd(
          service, UUID.fromString(asAdmin(service).post("/api/v1/encryption/rewrap").path("id")));
      assertThat(TenantConnections.of(broken, NEW_KEY)).startsWith("postgresql://");
      JsonPath keys = asAdmin(service).get("/api/v1/encryption/keys").jsonPath();
      assertThat(keys.getList("keys.key_id")).containsExactly(keys.getString("newest_key_id"));
      assertThat(Instant.parse(keys.getString("keys[0].first_used_at")))
          .isAfter(Instant.now().minus(Duration.ofHours(1)));
    }
    try (ServiceProcess after =
        ServiceProcess.start(
            Map.of("ENCRYPTION_KEY", NEW_KEY, "OUTBOUND_ALLOWED", receiver.authority()))) {
      create(after);
      assertSignedAsBefore(after, receiver, url, webhook);
    }
    goBack(oldKey);
  }

  private static JsonPath createWebhook(ServiceProcess service, String url) {
    return asAdmin(service)
        .body(Map.of("url", url, "event_types", List.of("campaign.finished")))
        .post("/api/v1/webhooks/endpoints")
        .then()
        .statusCode(201)
        .extract()
        .jsonPath();
  }

  private static void assertSignedAsBefore(
      ServiceProcess service, Receiver receiver, String url, JsonPath webhook) throws Exception {
    asAdmin(service)
        .body("{}")
        .post(
            "/api/v1/webhooks/endpoints/%s/test"
                .formatted(webhook.getString("endpoint.endpoint_id")))
        .then()
        .statusCode(200);
    Receiver.Message message = receiver.at(url).getFirst();
    new Webhook(webhook.getString("secret")).verify(message.body(), message.headers());
  }

  /** The tests that follow have the old key alone. */
  private static void goBack(String oldKey) {
    try (ServiceProcess service =
        ServiceProcess.start(
            Map.of("ENCRYPTION_KEY", oldKey, "ENCRYPTION_KEYS_RETIRED", NEW_KEY))) {
      JsonPath ended =
          awaitEnd(
              service,
              UUID.fromString(asAdmin(service).post("/api/v1/encryption/rewrap").path("id")));
      assertThat(ended.getInt("result.unreadable")).isZero();
    }
  }

  private static UUID create(ServiceProcess service) {
    return UUID.fromString(
        asAdmin(service)
            .body(body(newName()))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }

  private static JsonPath awaitEnd(ServiceProcess service, UUID job) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> asAdmin(service).get("/api/v1/jobs/" + job).jsonPath(),
            found -> List.of("completed", "failed").contains(found.getString("status")));
  }

  private static String hex(UUID tenant) {
    return Postgres.value(
        Postgres.CONTROL,
        """
        SELECT encode(connection_string_encrypted, 'hex')
        FROM control_plane.tenant_databases
        WHERE tenant_id = ?
        """,
        tenant);
  }

  private static void restore(UUID tenant, String hex) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenant_databases
        SET connection_string_encrypted = decode('%s', 'hex')
        WHERE tenant_id = '%s'
        """
            .formatted(hex, tenant));
    assertThat(KeyRing.keyIdOf(TenantConnections.encrypted(tenant))).isNotZero();
  }
}
