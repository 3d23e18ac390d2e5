package io.tenantry.operator.backup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.TestTenants;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantBackup;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Backups by Kubernetes objects, on a real API server with the real services. */
@Tag("P8")
class BackupIT {

  private final OperatorStack stack = OperatorStack.shared();
  private final TestTenants tenants = new TestTenants(stack, "backups");

  @Test
  void backsTenantUpOnceAndKeepsBackupWhenObjectIsDeleted() {
    // Applied together, as GitOps does: the backup waits for the tenant.
    TenantBackup backup = tenants.apply(TenantBackup.class, "first", "tenantRef: {name: shop}");
    Tenant tenant = tenants.create("shop");

    kubectl("wait", "--for=condition=Completed", "tnb/first", "--timeout=60s");

    TenantBackup completed = tenants.await(backup, "Ready", "True Completed");
    assertThat(completed.getSpec().kind()).hasToString("manual");
    assertThat(completed.getStatus().observedGeneration()).isEqualTo(1);
    assertThat(completed.getStatus().tenantId()).isEqualTo(tenant.getStatus().tenantId());
    assertThat(completed.getStatus().sizeBytes()).isPositive();
    assertThat(completed.getStatus().startedAt()).isNotNull();
    assertThat(completed.getStatus().completedAt()).isNotNull();
    assertThat(completed.getFinalizers()).isEmpty();
    assertThat(kubectl("get", "tnb"))
        .contains("TENANT", "READY", "REASON", "BACKUP-ID", completed.getStatus().backupId());
    assertThat(kubectl("get", "events", "--field-selector=involvedObject.kind=TenantBackup"))
        .contains("Completed");

    tenants.apply(TenantBackup.class, "first", "tenantRef: {name: shop}");
    stack.client().resource(completed).delete();
    stack.awaitGone(completed);

    JsonNode stored = backupsOf(tenant);
    assertThat(stored.findValuesAsText("status")).containsOnlyOnce("completed");
    assertThat(stored).hasSize(1);
    assertThat(stored.get(0).get("id").asText()).isEqualTo(completed.getStatus().backupId());
  }

  @Test
  void reportsErrorCodeOfFailedBackup() {
    Tenant tenant = tenants.create("shredded");
    tenants.await(
        tenants.apply(TenantBackup.class, "before", "tenantRef: {name: shredded}"),
        "Completed",
        "True Completed");
    OperatorStack.request(
        stack.backupUrl(),
        "DELETE",
        "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/backup-key",
        "");

    TenantBackup backup =
        tenants.apply(
            TenantBackup.class, "after", "{tenantRef: {name: shredded}, kind: emergency}");

    kubectl("wait", "--for=condition=Failed", "tnb/after", "--timeout=60s");
    assertThat(tenants.await(backup, "Stalled", "True TenantShredded").getStatus())
        .satisfies(
            status -> {
              assertThat(status.observedGeneration()).isEqualTo(1);
              assertThat(status.backupId()).isNull();
            });
  }

  @Test
  void refusesChangeOfSpecAndUnknownKind() {
    tenants.apply(TenantBackup.class, "fixed", "tenantRef: {name: missing}");

    assertThat(patch("{\"spec\":{\"kind\":\"emergency\"}}")).contains("spec is immutable");
    assertThat(patch("{\"spec\":{\"tenantRef\":{\"name\":\"other\"}}}"))
        .contains("spec is immutable");
    assertThat(patch("{\"spec\":{\"kind\":\"final\"}}")).contains("Unsupported value");
  }

  private String patch(String patch) {
    return stack
        .kubernetes()
        .tryKubectl(
            "",
            "patch",
            "tnb/fixed",
            "--namespace=" + tenants.namespace(),
            "--type=merge",
            "--patch=" + patch)
        .errors();
  }

  private JsonNode backupsOf(Tenant tenant) {
    return OperatorStack.request(
            stack.backupUrl(),
            "GET",
            "/api/v1/tenants/" + tenant.getStatus().tenantId() + "/backups",
            "")
        .get("items");
  }

  private String kubectl(String... arguments) {
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--namespace=" + tenants.namespace();
    return stack.kubernetes().kubectl(all);
  }
}
