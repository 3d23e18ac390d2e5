package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is shipped for Kubernetes, rendered as it would be applied. */
class KubernetesTest {

  private static final String CONSOLE = "console: {enabled: true}";

  private static final List<String> SERVICES =
      List.of("tenant-service", "ingestion-service", "backup-service");

  private static final Set<String> HELM_LABELS =
      Set.of("helm.sh/chart", "app.kubernetes.io/managed-by");

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  @Tag("P7")
  void rendersChartThatKubernetesAccepts(String environment) {
    List<HasMetadata> objects = Manifests.read(Manifests.helm(environment, "tenantry"));

    assertThat(of(objects, Deployment.class)).hasSize(3);
    assertThat(of(objects, NetworkPolicy.class))
        .anySatisfy(
            policy -> {
              assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                  .containsOnly(
                      entry("app.kubernetes.io/name", "tenantry"),
                      entry("app.kubernetes.io/instance", "tenantry"));
              assertThat(policy.getSpec().getIngress()).isEmpty();
              assertThat(policy.getSpec().getEgress()).isEmpty();
              assertThat(policy.getSpec().getPolicyTypes())
                  .containsExactlyInAnyOrder("Ingress", "Egress");
            });
    assertThat(of(objects, PodDisruptionBudget.class)).hasSize(3);
    assertThat(of(objects, HorizontalPodAutoscaler.class))
        .hasSize(environment.equals("dev") ? 0 : 3);
    assertThat(of(objects, ServiceAccount.class))
        .hasSize(3)
        .allSatisfy(account -> assertThat(account.getAutomountServiceAccountToken()).isFalse());
  }

  @Test
  @Tag("P7")
  void meetsRestrictedStandardAndProbesEachPod() {
    for (Deployment deployment :
        of(
            Manifests.read(
                Manifests.helm(
                    "production",
                    "tenantry",
                    "{operator: {enabled: true}, console: {enabled: true}}")),
            Deployment.class)) {
      PodSpec pod = deployment.getSpec().getTemplate().getSpec();
      assertThat(pod.getAutomountServiceAccountToken())
          .isEqualTo(deployment.getMetadata().getName().equals("tenantry-operator"));
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getTopologySpreadConstraints()).hasSize(2);
      assertThat(pod.getHostNetwork()).isNull();
      Container container = pod.getContainers().getFirst();
      assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
      assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
      assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
      assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
      assertThat(container.getStartupProbe()).isNotNull();
      assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
      assertThat(container.getResources().getLimits()).containsKey("memory");
    }
  }

  @Test
  @Tag("P7")
  void refersToSecretsWithoutContainingThem() {
    List<HasMetadata> objects = Manifests.read(Manifests.helm("production", "tenantry"));

    assertThat(of(objects, ConfigMap.class))
        .allSatisfy(
            map ->
                assertThat(map.getData().keySet())
                    .noneMatch(name -> name.matches(".*(PASSWORD|KEY|TOKEN|SECRET).*")));
    for (String service : SERVICES) {
      Map<String, EnvVar> environment = new TreeMap<>();
      of(objects, Deployment.class).stream()
          .filter(deployment -> deployment.getMetadata().getName().equals("tenantry-" + service))
          .flatMap(
              deployment -> deployment.getSpec().getTemplate().getSpec().getContainers().stream())
          .flatMap(container -> container.getEnv().stream())
          .forEach(variable -> environment.put(variable.getName(), variable));
      assertThat(environment)
          .containsKeys("TENANTRY_ADMIN_KEY", "ENCRYPTION_KEY", "CONTROL_DATABASE_PASSWORD");
      assertThat(environment.values())
          .allSatisfy(
              variable -> {
                assertThat(variable.getValue()).isNull();
                assertThat(variable.getValueFrom().getSecretKeyRef().getName())
                    .isEqualTo("tenantry");
              });
      // A service logs in as itself, with a password of its own.
      assertThat(
              environment
                  .get("CONTROL_DATABASE_PASSWORD")
                  .getValueFrom()
                  .getSecretKeyRef()
                  .getKey())
          .isEqualTo(service + "-database-password");
    }
  }

  @ParameterizedTest
  @CsvSource({"dev, tenantry-dev", "production, tenantry"})
  @Tag("P7")
  void rendersSameObjectsWithKustomizeAndChart(String environment, String namespace) {
    Optional<String> rendered = Manifests.kustomize(environment);
    assumeTrue(rendered.isPresent(), "there is neither kustomize nor kubectl to render with");

    assertThat(comparable(Manifests.read(rendered.get())))
        .isEqualTo(comparable(Manifests.read(Manifests.helm(environment, namespace))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "dev        | tenantry-dev | cluster-wide  | {enabled: true, replicas: 2}",
        "production | tenantry     | cluster-wide  | {enabled: true}",
        "production | tenantry     | in-namespaces | {enabled: true, namespaces: [team-a]}",
      })
  @Tag("P8")
  void rendersSameOperatorWithKustomizeAndChart(
      String environment, String namespace, String component, String operator) {
    boolean everywhere = component.equals("cluster-wide");
    // The registry of the overlay is for its own images.
    Optional<String> rendered =
        Manifests.kustomize(
            environment,
            namespace,
            component,
            """
            configMapGenerator:
              - {name: tenantry, behavior: merge, literals: [%s]}
            images:
              - {name: tenantry/operator, newName: %stenantry/operator}
            """
                .formatted(
                    everywhere ? "" : "OPERATOR_NAMESPACES=team-a",
                    environment.equals("dev") ? "" : "registry.example.com/"));
    assumeTrue(rendered.isPresent(), "there is neither kustomize nor kubectl to render with");
    Map<String, HasMetadata> kustomized = comparable(Manifests.read(rendered.get()));
    if (!everywhere) {
      kustomized.putAll(
          comparable(Manifests.read(Manifests.kustomizeNamespaceOfOperator().orElseThrow())));
      // The chart sets it for the operator alone.
      ConfigMap settings = (ConfigMap) kustomized.get("ConfigMap/tenantry");
      settings.getData().remove("OPERATOR_NAMESPACES");
      container(kustomized).getEnv().add(new EnvVar("OPERATOR_NAMESPACES", "team-a", null));
      container(kustomized).getEnv().sort(Comparator.comparing(EnvVar::getName));
    }

    Map<String, HasMetadata> charted =
        comparable(Manifests.read(Manifests.helm(environment, namespace, "operator: " + operator)));
    assertThat(kustomized).isEqualTo(charted);
    assertThat(charted)
        .containsKey(everywhere ? "ClusterRole/tenantry-operator" : "Role/tenantry-operator");
  }

  @ParameterizedTest
  @CsvSource({"dev, tenantry-dev", "production, tenantry"})
  @Tag("P6")
  void rendersSameConsoleWithKustomizeAndChart(String environment, String namespace) {
    // The registry of the overlay is for its own images.
    Optional<String> rendered =
        Manifests.kustomizeConsole(
            environment, namespace, environment.equals("dev") ? "" : "registry.example.com/");
    assumeTrue(rendered.isPresent(), "there is neither kustomize nor kubectl to render with");

    Map<String, HasMetadata> charted =
        comparable(Manifests.read(Manifests.helm(environment, namespace, CONSOLE)));
    Map<String, HasMetadata> kustomized = comparable(Manifests.read(rendered.get()));

    if (environment.equals("dev")) {
      // The overlay's patches were applied before the component was added.
      kustomized.remove("HorizontalPodAutoscaler/tenantry-console");
    } else {
      kustomized.put(
          "HorizontalPodAutoscaler/tenantry-console",
          charted.get("HorizontalPodAutoscaler/tenantry-console"));
    }
    kustomized.put("Deployment/tenantry-console", withReplicas(kustomized, charted));
    assertThat(kustomized).isEqualTo(charted);
    assertThat(charted).containsKey("NetworkPolicy/tenantry-console");
  }

  private static HasMetadata withReplicas(
      Map<String, HasMetadata> kustomized, Map<String, HasMetadata> charted) {
    Deployment deployment = (Deployment) kustomized.get("Deployment/tenantry-console");
    deployment
        .getSpec()
        .setReplicas(
            ((Deployment) charted.get("Deployment/tenantry-console")).getSpec().getReplicas());
    return deployment;
  }

  @Test
  @Tag("P6")
  void givesConsoleNothingOfTheServicesSecrets() {
    Deployment console =
        of(Manifests.read(Manifests.helm("production", "tenantry", CONSOLE)), Deployment.class)
            .stream()
            .filter(deployment -> deployment.getMetadata().getName().equals("tenantry-console"))
            .findFirst()
            .orElseThrow();

    assertThat(
            console.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv().stream()
                .filter(variable -> variable.getValueFrom() != null)
                .map(variable -> variable.getValueFrom().getSecretKeyRef().getKey()))
        .containsExactlyInAnyOrder(
            "console-session-key",
            "console-session-keys-retired",
            "oidc-client-secret",
            "kafka-sasl-jaas-config",
            "kafka-keystore-key",
            "kafka-keystore-certificate-chain");
  }

  private static Container container(Map<String, HasMetadata> objects) {
    return ((Deployment) objects.get("Deployment/tenantry-operator"))
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  @Test
  @Tag("P7")
  void findsUnknownFields() {
    String yaml = Manifests.helm("production", "tenantry");

    assertThatThrownBy(
            () -> Manifests.read(yaml.replace("allowPrivilegeEscalation:", "allowPrivileges:")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("allowPrivileges");
  }

  private static <T extends HasMetadata> List<T> of(List<HasMetadata> objects, Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /**
   * Objects by kind and name, without what the two ways do differently on purpose: Kustomize makes
   * the namespace, Helm names itself and keeps the volume, and both start new pods when settings
   * change, one by the name of the settings, the other by a checksum.
   */
  private static Map<String, HasMetadata> comparable(List<HasMetadata> objects) {
    Map<String, HasMetadata> result = new TreeMap<>();
    for (HasMetadata object : objects) {
      object.getMetadata().setNamespace(null);
      object.getMetadata().getLabels().keySet().removeAll(HELM_LABELS);
      if (!(object instanceof CustomResourceDefinition)) {
        object.getMetadata().getAnnotations().remove("helm.sh/resource-policy");
      }
      if (object instanceof ConfigMap map) {
        map.getMetadata().setName(withoutHash(map.getMetadata().getName()));
      }
      if (object instanceof Deployment deployment) {
        var template = deployment.getSpec().getTemplate();
        template.getMetadata().getAnnotations().remove("checksum/config");
        for (Container container : template.getSpec().getContainers()) {
          container
              .getEnvFrom()
              .forEach(
                  source ->
                      source
                          .getConfigMapRef()
                          .setName(withoutHash(source.getConfigMapRef().getName())));
          container.getEnv().sort(Comparator.comparing(EnvVar::getName));
        }
      }
      if (!object.getKind().equals("Namespace")) {
        result.put(object.getKind() + "/" + object.getMetadata().getName(), object);
      }
    }
    return result;
  }

  private static String withoutHash(String name) {
    return name.replaceFirst("-[a-z0-9]{10}$", "");
  }
}
