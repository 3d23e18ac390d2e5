package io.tenantry.operator.backup;

import static io.tenantry.operator.Objects.message;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.TestTenants;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.testing.KubernetesControlPlane.Result;
import io.tenantry.testing.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Restores by Kubernetes objects, on a real API server with the real services. */
@Tag("P8")
class RestoreIT {

  private static final String ADD_ROW = "INSERT INTO settings (key, value) VALUES ('note', '1')";

  private final OperatorStack stack = OperatorStack.shared();
  private final TestTenants tenants = new TestTenants(stack, "restores");

  @Test
  void restoresTenantInPlaceOnce() throws Exception {
    Tenant tenant = tenants.create("shop");
    tenants.query(tenant, ADD_ROW);
    backUp("shop");
    tenants.query(tenant, "DELETE FROM settings");
    String spec =
        "{tenantRef: {name: shop}, backupRef: {name: shop}, confirm: "
            + tenant.getSpec().name()
            + "}";

    TenantRestore restore = tenants.apply(TenantRestore.class, "undo-it", spec);

    TenantRestore completed = tenants.await(restore, "Ready", "True Completed");
    assertThat(tenants.query(tenant, "SELECT key FROM settings")).containsExactly("note");
    assertThat(completed.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(completed.getStatus().undoUntil()).isNotNull();
    assertThat(completed.getStatus().phase()).isEqualTo("Completed");
    assertThat(completed.getStatus().steps()).isNotEmpty();
    tenants.apply(TenantRestore.class, "undo-it", spec);
    stack
        .kubernetes()
        .kubectl("annotate", "tnr/undo-it", "again=yes", "--namespace=" + tenants.namespace());
    assertThat(restoresOf(tenant)).hasSize(1);
    assertThat(
            stack
                .kubernetes()
                .kubectl("get", "tnr", "--namespace=" + tenants.namespace(), "--output=wide"))
        .contains("MODE", "UNDO-UNTIL", completed.getStatus().restoreId());
  }

  @Test
  void restoresOnceAlthoughOperatorIsKilledAtAnyMoment() throws Exception {
    List<TenantRestore> restores = new ArrayList<>();
    List<Tenant> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      all.add(tenants.create(name));
      backUp(name);
    }
    // Another operator beside the shared one: the worst case, both act at the same time.
    Map<String, String> own =
        Map.of(
            "OPERATOR_NAMESPACES", tenants.namespace(),
            "OPERATOR_LEASE_NAME", tenants.namespace());
    ServiceProcess first = stack.startOperator(own);
    first.awaitStatus("/q/health/ready", 200);
    for (Tenant tenant : all) {
      restores.add(
          tenants.apply(
              TenantRestore.class,
              "restore-" + tenant.getMetadata().getName(),
              "{tenantRef: {name: %s}, confirm: %s}"
                  .formatted(tenant.getMetadata().getName(), tenant.getSpec().name())));
    }
    await().until(() -> !restoresOf(all.getFirst()).isEmpty());
    first.kill();
    try (ServiceProcess second = stack.startOperator(own)) {
      for (int i = 0; i < all.size(); i++) {
        tenants.await(restores.get(i), "Ready", "True Completed");
        assertThat(restoresOf(all.get(i))).hasSize(1);
      }
      second.awaitStatus("/q/health/ready", 200);
    }
  }

  @Test
  void clonesIntoAnotherTenantOfNamespace() throws Exception {
    Tenant source = tenants.create("source");
    tenants.query(source, ADD_ROW);
    backUp("source");
    Tenant copy = tenants.create("copy");

    TenantRestore clone =
        tenants.apply(
            TenantRestore.class,
            "clone",
            "{tenantRef: {name: copy}, mode: Clone, backupRef: {name: source}}");

    tenants.await(clone, "Ready", "True Completed");
    assertThat(tenants.query(copy, "SELECT key FROM settings")).containsExactly("note");
    assertThat(restoresOf(source)).isEmpty();
  }

  @Test
  void restoresNoBackupOfAnotherNamespace() {
    TestTenants others = new TestTenants(stack, "others");
    others.create("shop");
    TenantBackup foreign =
        others.await(
            others.apply(TenantBackup.class, "shop", "tenantRef: {name: shop}"),
            "Ready",
            "True Completed");
    Tenant tenant = tenants.create("thief");
    String id = foreign.getStatus().backupId();

    TenantRestore clone =
        tenants.apply(
            TenantRestore.class,
            "clone",
            "{tenantRef: {name: thief}, mode: Clone, backupId: " + id + "}");
    TenantRestore inPlace =
        tenants.apply(
            TenantRestore.class,
            "in-place",
            "{tenantRef: {name: thief}, backupId: %s, confirm: %s}"
                .formatted(id, tenant.getSpec().name()));

    tenants.await(clone, "Failed", "True BackupNotFound");
    tenants.await(inPlace, "Failed", "True BackupOfAnotherTenant");
    assertThat(restoresOf(tenant)).isEmpty();
  }

  @Test
  void replacesNothingWithoutConfirmation() {
    Tenant tenant = tenants.create("unconfirmed");
    backUp("unconfirmed");

    assertThat(tryApply("missing", "{tenantRef: {name: unconfirmed}}").errors())
        .contains("confirm is required for InPlace");
    TenantRestore wrong =
        tenants.apply(
            TenantRestore.class, "wrong", "{tenantRef: {name: unconfirmed}, confirm: unconfirmed}");

    TenantRestore failed = tenants.await(wrong, "Failed", "True NotConfirmed");
    assertThat(message(failed, "Ready")).contains(tenant.getSpec().name());
    assertThat(failed.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(restoresOf(tenant)).isEmpty();
  }

  @Test
  void refusesContradictorySpecAndChanges() {
    String id = "00000000-0000-0000-0000-000000000000";
    assertThat(
            tryApply(
                    "both",
                    "{tenantRef: {name: a}, confirm: a, backupRef: {name: b}, backupId: "
                        + id
                        + "}")
                .errors())
        .contains("set backupRef or backupId, not both");
    assertThat(tryApply("clone", "{tenantRef: {name: a}, mode: Clone}").errors())
        .contains("Clone needs backupRef or backupId");
    assertThat(tryApply("mode", "{tenantRef: {name: a}, confirm: a, mode: inplace}").errors())
        .contains("Unsupported value");
    assertThat(tryApply("fixed", "{tenantRef: {name: a}, confirm: a}").errors()).isEmpty();
    assertThat(tryApply("fixed", "{tenantRef: {name: a}, confirm: b}").errors())
        .contains("spec is immutable");
  }

  private void backUp(String tenant) {
    tenants.await(
        tenants.apply(TenantBackup.class, tenant, "tenantRef: {name: " + tenant + "}"),
        "Ready",
        "True Completed");
  }

  private Result tryApply(String name, String spec) {
    return stack
        .kubernetes()
        .tryKubectl(
            """
            apiVersion: tenantry.io/v1alpha1
            kind: TenantRestore
            metadata:
              name: %s
            spec: %s
            """
                .formatted(name, spec),
            "apply",
            "--namespace=" + tenants.namespace(),
            "--filename=-");
  }

  private JsonNode restoresOf(Tenant tenant) {
    return OperatorStack.request(
            stack.backupUrl(),
            "GET",
            "/api/v1/restores?tenant_id=" + tenant.getStatus().tenantId(),
            "")
        .get("items");
  }
}
