package io.tenantry.operator.tenant;

import static io.tenantry.operator.tenant.Tenants.condition;
import static io.tenantry.operator.tenant.Tenants.isReady;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Tenant;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tenants by Kubernetes objects, on a real API server with the real services. */
@Tag("P8")
class TenantIT {

  private final OperatorStack stack = OperatorStack.shared();
  private final String namespace = stack.kubernetes().createNamespace("tenants");
  private final Tenants tenants = new Tenants(stack, namespace);

  @Test
  void provisionsTenantWithSecretToBindTo() throws Exception {
    Tenant tenant = tenants.apply("shop", "metadata: {plan: gold, seats: 5}");

    Tenant ready = stack.awaitObject(tenant, isReady());

    assertThat(ready.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(ready.getFinalizers()).containsExactly(Tenant.FINALIZER);
    JsonNode stored = tenants.stored(ready);
    assertThat(stored.get("name").asText()).isEqualTo(ready.getSpec().name());
    assertThat(stored.at("/metadata/seats").asInt()).isEqualTo(5);
    Map<String, String> binding = secret(ready.getStatus().binding().name());
    assertThat(binding)
        .containsEntry("type", "postgresql")
        .containsEntry("provider", "tenantry")
        .containsEntry("database", ready.getStatus().database())
        .containsKeys("host", "port", "username", "password", "uri", "sslmode");
    try (Connection connection = connect(binding)) {
      assertThat(connection.getCatalog()).isEqualTo(ready.getStatus().database());
    }
    assertThat(stack.kubernetes().kubectl("get", "tnt", "--namespace", namespace))
        .contains("READY", "TENANT-ID", "BLUEPRINT", ready.getStatus().tenantId());
  }

  @Test
  void keepsTenantUnlessPolicySaysOtherwise() {
    Tenant tenant = stack.awaitObject(tenants.apply("kept", ""), isReady());

    stack.client().resource(tenant).delete();
    stack.awaitGone(tenant);

    JsonNode stored = tenants.stored(tenant);
    assertThat(stored.get("status").asText()).isEqualTo("active");
    assertThat(stored.path("external_id").isMissingNode() || stored.get("external_id").isNull())
        .isTrue();
  }

  @Test
  void suspendsTenantWithPolicySuspend() {
    Tenant tenant =
        stack.awaitObject(tenants.apply("paused", "deletionPolicy: Suspend"), isReady());

    stack.client().resource(tenant).delete();
    stack.awaitGone(tenant);

    assertThat(tenants.stored(tenant).get("status").asText()).isEqualTo("suspended");
  }

  @Test
  void deletesTenantAfterFinalBackupWithPolicyDelete() {
    Tenant tenant = stack.awaitObject(tenants.apply("gone", "deletionPolicy: Delete"), isReady());

    stack.client().resource(tenant).delete();
    stack.awaitGone(tenant);

    assertThat(tenants.stored(tenant).path("code").asText()).isEqualTo("TENANT_NOT_FOUND");
    assertThat(
            OperatorStack.request(
                    stack.backupUrl(),
                    "GET",
                    "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/backups",
                    "")
                .at("/items/0/status")
                .asText())
        .isEqualTo("completed");
  }

  @Test
  void secondObjectOfOneTenantIsInConflictAndItsDeletionTouchesNothing() {
    Tenant winner = stack.awaitObject(tenants.apply("first", ""), isReady());
    Tenant loser =
        tenants.apply(
            "second", "name: " + winner.getSpec().name() + "\ndeletionPolicy: Delete", false);

    Tenant refused =
        stack.awaitObject(
            loser,
            object -> condition(object, "Stalled").filter("True Conflict"::equals).isPresent());

    assertThat(condition(refused, "Ready")).contains("False Conflict");
    assertThat(refused.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(refused.getFinalizers()).isEmpty();
    assertThat(refused.getStatus().tenantId()).isNull();
    stack.client().resource(loser).delete();
    stack.awaitGone(loser);
    assertThat(tenants.stored(winner).get("status").asText()).isEqualTo("active");
  }

  @Test
  void adoptsExistingTenantOnlyWhereAskedToAndPermitted() {
    String name = tenants.newName();
    JsonNode created =
        stack.request(
            "POST",
            "/api/v1/tenants",
            "{\"name\":\"%s\",\"environment\":\"development\",\"blueprint\":\"car\"}"
                .formatted(name));
    String id = created.get("tenant_id").asText();

    Tenant unasked = tenants.apply("unasked", "name: " + name, false);
    stack.awaitObject(
        unasked, object -> condition(object, "Ready").equals(Optional.of("False Conflict")));
    Tenant asked =
        tenants.apply("asked", "name: " + name + "\nadopt: {tenantId: " + id + "}", false);
    stack.awaitObject(
        asked,
        object -> condition(object, "Ready").equals(Optional.of("False AdoptionNotAllowed")));
    stack.kubernetes().kubectl("label", "namespace", namespace, "tenantry.io/adoption=allowed");
    stack.kubernetes().kubectl("annotate", "tnt", "asked", "--namespace", namespace, "retry=now");

    Tenant adopted = stack.awaitObject(asked, isReady());
    assertThat(adopted.getStatus().tenantId()).isEqualTo(id);
    assertThat(secret(adopted.getStatus().binding().name())).containsKey("uri");
  }

  @Test
  void reportsChangesByOthersWithoutUndoingThem() {
    Tenant tenant = stack.awaitObject(tenants.apply("drift", "metadata: {plan: gold}"), isReady());

    stack.request(
        "PATCH",
        "/api/v1/tenants/" + tenant.getStatus().tenantId(),
        "{\"metadata\":{\"plan\":\"free\"}}");
    Tenant drifted = stack.awaitObject(tenant, object -> condition(object, "Drifted").isPresent());

    assertThat(condition(drifted, "Drifted")).contains("True ChangedOutside");
    assertThat(condition(drifted, "Ready")).contains("True Ready");
    assertThat(tenants.stored(tenant).at("/metadata/plan").asText()).isEqualTo("free");
  }

  @Test
  void suspensionByOthersIsNotUndoneByUnrelatedChange() {
    Tenant tenant = stack.awaitObject(tenants.apply("late", "metadata: {plan: gold}"), isReady());
    stack.request("POST", "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/suspend", "");
    stack.awaitObject(
        tenant, object -> condition(object, "Ready").equals(Optional.of("False Suspended")));

    tenants.applyAgain(tenant, "metadata: {plan: silver}");

    await().until(() -> tenants.stored(tenant).at("/metadata/plan").asText().equals("silver"));
    stack.awaitObject(
        tenant, object -> Long.valueOf(2).equals(object.getStatus().observedGeneration()));
    assertThat(tenants.stored(tenant).get("status").asText()).isEqualTo("suspended");
  }

  @Test
  void rotatesCredentialsWhileOldOnesStillWork() throws Exception {
    Tenant tenant = stack.awaitObject(tenants.apply("rotated", ""), isReady());
    String name = tenant.getStatus().binding().name();
    Map<String, String> before = secret(name);

    stack
        .kubernetes()
        .kubectl(
            "annotate",
            "tnt",
            "rotated",
            "--namespace",
            namespace,
            Tenant.ROTATE_CREDENTIALS + "=1");
    await().until(() -> !secret(name).get("username").equals(before.get("username")));

    connect(before).close();
    connect(secret(name)).close();
  }

  @Test
  void applicationReconnectsAfterRotationByOthers() throws Exception {
    Tenant tenant = stack.awaitObject(tenants.apply("followed", ""), isReady());
    String name = tenant.getStatus().binding().name();
    Map<String, String> before = secret(name);

    try (Connection application = connect(before)) {
      stack.request(
          "POST",
          "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/credentials/rotate",
          "{\"overlap_seconds\": 3}");
      // The Secret has the new login before the old one ends.
      await().until(() -> !secret(name).get("username").equals(before.get("username")));
      assertThat(application.isValid(5)).isTrue();

      await().until(() -> !application.isValid(5));
    }
    connect(secret(name)).close();
  }

  private static Connection connect(Map<String, String> binding) throws SQLException {
    return DriverManager.getConnection(
        binding.get("jdbc-url"), binding.get("username"), binding.get("password"));
  }

  @Test
  void restoresDeletedSecretAndKeepsForeignOne() {
    Tenant tenant = stack.awaitObject(tenants.apply("bound", ""), isReady());
    String name = tenant.getStatus().binding().name();
    Map<String, String> before = secret(name);

    stack.client().secrets().inNamespace(namespace).withName(name).delete();
    await()
        .until(() -> stack.client().secrets().inNamespace(namespace).withName(name).get() != null);
    assertThat(secret(name)).isEqualTo(before);

    stack
        .kubernetes()
        .kubectl(
            "create", "secret", "generic", "mine", "--from-literal=a=b", "--namespace", namespace);
    Tenant other = tenants.apply("other", "secretName: mine");
    stack.awaitObject(
        other, object -> condition(object, "Ready").equals(Optional.of("False SecretConflict")));
    assertThat(secret("mine")).isEqualTo(Map.of("a", "b"));
  }

  @Test
  void storesApiKeysOnceAndReplacesLostOnes() {
    Tenant tenant = stack.awaitObject(tenants.apply("keys", "apiKeys: {count: 2}"), isReady());
    String name = tenant.getStatus().apiKeys().secretName();
    Map<String, String> before = secret(name);
    assertThat(before).containsOnlyKeys("key-1", "key-2");

    stack.client().secrets().inNamespace(namespace).withName(name).delete();
    stack.kubernetes().kubectl("annotate", "tnt", "keys", "--namespace", namespace, "look=again");
    await()
        .until(() -> stack.client().secrets().inNamespace(namespace).withName(name).get() != null);

    assertThat(secret(name).values()).doesNotContainAnyElementsOf(before.values());
    String path = "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/api-keys";
    await()
        .untilAsserted(
            () ->
                assertThat(stack.request("GET", path, "").get("items").findValuesAsText("status"))
                    .containsExactlyInAnyOrder("active", "active", "revoked", "revoked"));
  }

  @Test
  void refusesEnvironmentThatNamespaceMayNotUse() {
    stack
        .kubernetes()
        .kubectl("label", "namespace", namespace, "tenantry.io/environments=development.staging");

    Tenant production = tenants.apply("prod", "environment: production");

    stack.awaitObject(
        production,
        object -> condition(object, "Ready").equals(Optional.of("False EnvironmentNotAllowed")));
    stack.awaitObject(tenants.apply("dev", ""), isReady());
  }

  @Test
  void explainsInvalidSpec() {
    Tenant tenant = tenants.apply("wrong", "blueprint: no-such-blueprint");

    Tenant refused = stack.awaitObject(tenant, object -> condition(object, "Stalled").isPresent());

    assertThat(condition(refused, "Ready").orElseThrow()).startsWith("False ");
    stack.awaitObject(tenant, object -> object.getFinalizers().isEmpty());
    assertThat(refused.getStatus().tenantId()).isNull();
    await()
        .until(
            () ->
                stack
                    .kubernetes()
                    .kubectl("get", "events", "--namespace", namespace)
                    .contains("tenant/wrong"));
  }

  private Map<String, String> secret(String name) {
    Secret secret = stack.client().secrets().inNamespace(namespace).withName(name).get();
    Map<String, String> entries = new TreeMap<>();
    if (secret != null) {
      secret
          .getData()
          .forEach(
              (key, value) ->
                  entries.put(
                      key, new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8)));
    }
    return entries;
  }
}
