package io.tenantry.operator.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.KubernetesControlPlane;
import io.tenantry.testing.KubernetesControlPlane.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The definition of {@code Tenant} on a real API server. */
@Tag("P8")
class DefinitionsIT {

  private static final KubernetesControlPlane KUBERNETES = KubernetesControlPlane.shared();

  private final String namespace = KUBERNETES.createNamespace("definitions");

  @BeforeAll
  static void applyDefinitions() {
    KUBERNETES.kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--kustomize=" + Path.of("..", "deploy", "kubernetes", "crds"));
    KUBERNETES.kubectl("wait", "--for=condition=Established", "crd/tenants.tenantry.io");
  }

  @Test
  void setsDefaults() {
    apply("first", "environment: development");

    assertThat(
            KUBERNETES.kubectl(
                "get",
                "tnt",
                "first",
                "--namespace=" + namespace,
                "--output=jsonpath={.spec.blueprint} {.spec.deletionPolicy} {.spec.finalBackup}"
                    + " {.spec.suspended}"))
        .isEqualTo("car Retain true false");
  }

  @ParameterizedTest
  @CsvSource({
    "name, environment: development; name: other",
    "environment, environment: production; name: fixed; region: eu",
    "blueprint, environment: development; name: fixed; region: eu; blueprint: project",
    "region, environment: development; name: fixed; region: us",
    "region, environment: development; name: fixed"
  })
  void refusesChangeOfImmutableField(String field, String changed) {
    apply("fixed", "environment: development; name: fixed; region: eu");

    Result refused = tryApply("fixed", changed, "kubectl");

    assertThat(refused.status()).isNotZero();
    assertThat(refused.errors()).contains(field + " is immutable");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "environment: live | Unsupported value",
        "blueprint: car | environment",
        "environment: development; name: 'a b' | spec.name",
        "environment: development; deletionPolicy: Destroy | Unsupported value",
        "environment: development; apiKeys: {count: 0} | spec.apiKeys.count",
        "environment: development; adopt: {} | set either tenantId",
        "environment: development; adopt: {byName: true, tenantId: 550e8400-e29b-41d4-a716-446655440000}"
            + " | set either tenantId",
        "environment: development; secretName: Big_Name | spec.secretName"
      })
  void refusesInvalidSpec(String spec, String message) {
    Result refused = tryApply("invalid", spec, "kubectl");

    assertThat(refused.status()).isNotZero();
    assertThat(refused.errors()).contains(message);
  }

  @Test
  void refusesNameThatTenantCannotHave() {
    assertThat(tryApply("a.b", "environment: development", "kubectl").errors())
        .contains("metadata.name has a dot");
    apply("c.d", "environment: development; name: c_d");
  }

  @Test
  void twoManagersApplyDifferentFields() {
    apply("shared", "environment: development; name: shared");
    Result other =
        tryApply("shared", "environment: development; metadata: {plan: gold}", "billing");
    assertThat(other.errors()).isEmpty();
    Result conflict =
        tryApply("shared", "environment: development; name: shared; suspended: true", "kubectl");
    assertThat(conflict.errors()).isEmpty();

    Result stolen = tryApply("shared", "environment: development; suspended: false", "billing");

    assertThat(stolen.status()).isNotZero();
    assertThat(stolen.errors()).contains("conflict");
    assertThat(
            KUBERNETES.kubectl(
                "get",
                "tnt",
                "shared",
                "--namespace=" + namespace,
                "--output=jsonpath={.spec.name} {.spec.metadata.plan} {.spec.suspended}"))
        .isEqualTo("shared gold true");
  }

  @Test
  void managersMergeConditionsByType() {
    apply("status", "environment: development");
    for (String type : new String[] {"Approved", "Checked"}) {
      Result applied =
          KUBERNETES.tryKubectl(
              """
              apiVersion: tenantry.io/v1alpha1
              kind: Tenant
              metadata: {name: status, namespace: %s}
              status:
                conditions:
                - {type: %s, status: "True", reason: Test, message: "", lastTransitionTime: "2026-01-01T00:00:00Z"}
              """
                  .formatted(namespace, type),
              "apply",
              "--server-side",
              "--subresource=status",
              // kubectl wants a whole object.
              "--validate=false",
              "--field-manager=" + type.toLowerCase(java.util.Locale.ROOT),
              "--filename=-");
      assertThat(applied.errors()).isEmpty();
    }

    assertThat(
            KUBERNETES.kubectl(
                "get",
                "tnt",
                "status",
                "--namespace=" + namespace,
                "--output=jsonpath={.status.conditions[*].type}"))
        .contains("Approved", "Checked");
  }

  @Test
  void explainsFields() {
    assertThat(KUBERNETES.kubectl("explain", "tenants.spec.deletionPolicy"))
        .containsIgnoringWhitespaces("Retain keeps it unchanged");
  }

  private void apply(String name, String spec) {
    Result applied = tryApply(name, spec, "kubectl");
    assertThat(applied.errors()).isEmpty();
  }

  private Result tryApply(String name, String spec, String manager) {
    return KUBERNETES.tryKubectl(
        """
        apiVersion: tenantry.io/v1alpha1
        kind: Tenant
        metadata: {name: %s, namespace: %s}
        spec:
        %s
        """
            .formatted(name, namespace, spec.replace("; ", "\n").indent(2)),
        "apply",
        "--server-side",
        "--field-manager=" + manager,
        "--filename=-");
  }
}
