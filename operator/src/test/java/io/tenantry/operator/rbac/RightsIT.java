package io.tenantry.operator.rbac;

import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tenantry.operator.Objects;
import io.tenantry.operator.OperatorStack;
import io.tenantry.operator.v1alpha1.Blueprint;
import io.tenantry.operator.v1alpha1.Tenant;
import io.tenantry.operator.v1alpha1.TenantBackup;
import io.tenantry.operator.v1alpha1.TenantRestore;
import io.tenantry.testing.KubernetesControlPlane;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged operator with the rights that are shipped, and with one less. */
@Tag("P8")
class RightsIT {

  private static final Path DEPLOY = Path.of("..").toAbsolutePath().normalize().resolve("deploy");
  private static final Path SHIPPED = DEPLOY.resolve("kubernetes/operator");
  private static final String ACCOUNT = "tenantry-operator";

  private static OperatorStack stack;
  private static KubernetesControlPlane cluster;
  private static KubernetesClient client;

  private String home;
  private String team;

  /** An API server of its own: the operator of other tests acts on all namespaces of theirs. */
  @BeforeAll
  static void start() {
    stack = OperatorStack.withoutOperator();
    cluster = KubernetesControlPlane.startOwn();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(cluster.kubeconfigContent()))
            .build();
    cluster.kubectl("apply", "--server-side", "--kustomize=" + DEPLOY.resolve("kubernetes/crds"));
    cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "customresourcedefinition",
        "--selector=app.kubernetes.io/part-of=tenantry");
  }

  @BeforeEach
  void createAccountWithRights() throws IOException {
    home = cluster.createNamespace("home");
    team = cluster.createNamespace("team");
    cluster.kubectl("create", "serviceaccount", ACCOUNT, "--namespace=" + home);
    grant(home, "base/rbac.yaml");
    grant(team, "namespace/role.yaml");
  }

  @Test
  void provisionsTenantWithRightsInItsNamespaceOnly() throws IOException {
    try (ServiceProcess operator = launch(Map.of("OPERATOR_NAMESPACES", team))) {
      operator.awaitStatus("/q/health/ready", 200);

      assertProvisionsAndReleases();
    }
  }

  @Test
  void provisionsTenantWithRightsInAllNamespaces() throws IOException {
    client.rbac().roles().inNamespace(team).withName(ACCOUNT).delete();
    List<HasMetadata> granted = grant(home, "cluster-wide/cluster-role.yaml");
    try (ServiceProcess operator = launch(Map.of())) {
      operator.awaitStatus("/q/health/ready", 200);

      assertProvisionsAndReleases();
    } finally {
      granted.forEach(each -> client.resource(each).delete());
    }
  }

  private void assertProvisionsAndReleases() {
    Tenant tenant = apply("shop", "deletionPolicy: Delete\nfinalBackup: false");

    awaitCondition(tenant, "Ready", "Ready");
    assertReconcilesOtherKinds(tenant.tenantName());
    assertThat(client.secrets().inNamespace(team).withName("shop-credentials").get()).isNotNull();
    await().until(() -> !client.v1().events().inNamespace(team).list().getItems().isEmpty());
    client.resource(tenant).delete();
    await().until(() -> client.resource(tenant).get() == null);
  }

  /** Their objects are never patched themselves, only their status. */
  private void assertReconcilesOtherKinds(String tenantName) {
    awaitCondition(create(TenantBackup.class, "{tenantRef: {name: shop}}"), "Ready", "Completed");
    awaitCondition(
        create(TenantRestore.class, "{tenantRef: {name: shop}, confirm: " + tenantName + "}"),
        "Ready",
        "Completed");
    awaitCondition(
        create(Blueprint.class, "{configMapRef: {name: shop}}"), "Ready", "NamespaceNotAllowed");
  }

  private <T extends HasMetadata> T create(Class<T> type, String spec) {
    return client.resource(Objects.parse(type, team, "shop", spec)).create();
  }

  @ParameterizedTest
  @CsvSource({
    "tenants, list",
    "tenants, watch",
    "secrets, list",
    "secrets, watch",
  })
  void doesNotStartAndSaysWhichRightIsMissing(String resource, String verb) throws IOException {
    revoke(team, ACCOUNT, resource, verb);

    try (ServiceProcess operator = launch(Map.of("OPERATOR_NAMESPACES", team))) {
      assertThat(operator.awaitEnd()).isNotZero();
      assertThat(operator.log().lines())
          .anyMatch(
              line ->
                  line.contains("namespaces/" + team + "/" + resource)
                      && (line.contains("is forbidden") || line.contains("Received 403")));
    }
  }

  @Test
  void saysThatItMayNotElectLeader() throws IOException {
    revoke(home, ACCOUNT + "-leader", "leases", "update");

    try (ServiceProcess operator = launch(Map.of("OPERATOR_NAMESPACES", team))) {
      await().until(() -> operator.log().contains("No permission to lease resource"));
      assertThat(operator.log()).contains("missing required verbs: [update]");
    }
  }

  @ParameterizedTest
  @CsvSource({"secrets, create", "secrets, get", "namespaces, get"})
  void reportsMissingRightAsCondition(String resource, String verb) throws IOException {
    revoke(team, ACCOUNT, resource, verb);

    try (ServiceProcess operator = launch(Map.of("OPERATOR_NAMESPACES", team))) {
      operator.awaitStatus("/q/health/ready", 200);
      Tenant tenant = apply("shop", "");

      awaitCondition(tenant, "Ready", "KubernetesError");
      assertThat(message(tenant)).contains("forbidden", resource);
      assertThat(operator.log()).contains("tenant not reconciled");

      // Given the right, it goes on by itself.
      grant(team, "namespace/role.yaml");
      awaitCondition(tenant, "Ready", "Ready");
    }
  }

  @Test
  void provisionsWithoutRightToPublishEvents() throws IOException {
    revoke(team, ACCOUNT, "events", "create");

    try (ServiceProcess operator = launch(Map.of("OPERATOR_NAMESPACES", team))) {
      operator.awaitStatus("/q/health/ready", 200);

      awaitCondition(apply("shop", ""), "Ready", "Ready");
    }
  }

  private Tenant apply(String name, String more) {
    return client
        .resource(
            Objects.parse(
                Tenant.class,
                team,
                name,
                "name: t%s\nenvironment: development\n%s"
                    .formatted(UUID.randomUUID().toString().substring(0, 8), more)))
        .create();
  }

  private static void awaitCondition(HasMetadata object, String type, String reason) {
    await()
        .until(
            () ->
                Objects.condition(client.resource(object).get(), type)
                    .filter(found -> found.endsWith(" " + reason))
                    .isPresent());
  }

  private static String message(Tenant object) {
    return Objects.message(client.resource(object).get(), "Ready");
  }

  /** Applies shipped rights in a namespace, for the account in its own namespace. */
  private List<HasMetadata> grant(String namespace, String file) throws IOException {
    List<HasMetadata> objects = new ArrayList<>();
    try (var content = Files.newInputStream(SHIPPED.resolve(file))) {
      for (HasMetadata object : client.load(content).items()) {
        if (object instanceof RoleBinding binding) {
          binding.getSubjects().forEach(this::inOwnNamespace);
        } else if (object instanceof ClusterRoleBinding binding) {
          binding.getSubjects().forEach(this::inOwnNamespace);
        }
        if (!object.getKind().startsWith("Cluster")) {
          object.getMetadata().setNamespace(namespace);
        }
        objects.add(client.resource(object).forceConflicts().serverSideApply());
      }
    }
    return objects;
  }

  private void inOwnNamespace(Subject subject) {
    subject.setNamespace(home);
  }

  private static void revoke(String namespace, String role, String resource, String verb) {
    client
        .rbac()
        .roles()
        .inNamespace(namespace)
        .withName(role)
        .edit(
            granted -> {
              for (PolicyRule rule : granted.getRules()) {
                if (rule.getResources().contains(resource)) {
                  rule.getVerbs().remove(verb);
                }
              }
              granted.getRules().removeIf(rule -> rule.getVerbs().isEmpty());
              return granted;
            });
  }

  /** An operator that logs in with the account's token. */
  private ServiceProcess launch(Map<String, String> changes) throws IOException {
    String token =
        cluster.kubectl("create", "token", ACCOUNT, "--namespace=" + home, "--duration=1h").strip();
    String server =
        cluster.kubectl(
            "config",
            "view",
            "--raw",
            "--minify",
            "--flatten",
            "--output=jsonpath={.clusters[0].cluster}");
    Path kubeconfig = Files.createTempFile(Path.of("target"), "account", ".kubeconfig");
    kubeconfig.toFile().deleteOnExit();
    Files.writeString(
        kubeconfig,
        """
        {"apiVersion": "v1", "kind": "Config", "current-context": "account",
         "clusters": [{"name": "account", "cluster": %s}],
         "users": [{"name": "account", "user": {"token": "%s"}}],
         "contexts": [{"name": "account",
           "context": {"cluster": "account", "user": "account", "namespace": "%s"}}]}
        """
            .formatted(server, token, home));
    Map<String, String> settings = new HashMap<>(changes);
    settings.put("KUBECONFIG", kubeconfig.toAbsolutePath().toString());
    settings.put("KUBERNETES_NAMESPACE", home);
    return stack.startOperator(settings);
  }
}
