package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tenantry.testing.KubernetesControlPlane;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The operator's part of the chart and of the overlays, on a real API server. */
@Tag("P8")
class OperatorChartIT {

  private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";
  private static final String EVERYWHERE = "operator: {enabled: true}";
  private static final String TENANT =
      """
      {"apiVersion": "tenantry.io/v1alpha1", "kind": "Tenant", "metadata": {"name": "shop"},
       "spec": {"environment": "development", "deletionPolicy": "Delete"}}""";

  /** {@code verb resource.group/subresource=name}. */
  private static final Pattern REQUEST =
      Pattern.compile(
          "(?<verb>\\w+) (?<resource>\\w+)(\\.(?<group>[^/=]+))?(/(?<subresource>\\w+))?(=(?<name>.+))?");

  private static KubernetesControlPlane cluster;
  private static Chart chart;

  private final List<String> releases = new ArrayList<>();
  private String namespace;
  private String team;

  @BeforeAll
  static void start() {
    cluster = KubernetesControlPlane.shared();
    chart = Chart.SHIPPED.forAnyKubernetes();
  }

  @BeforeEach
  void createNamespaces() {
    assumeThat(cluster.kubectl("get", DEFINITIONS, "--output=name"))
        .as("a cluster whose definitions belong to no release")
        .doesNotContain("tenantry.io");
    namespace = cluster.createNamespace("operator");
    team = cluster.createNamespace("team");
  }

  /** Removes what is not in a namespace, and belongs to this test. */
  @AfterEach
  void removeReleasesAndDefinitions() {
    releases.forEach(release -> Chart.uninstall(cluster.kubeconfig(), release, namespace));
    for (String definition :
        cluster
            .kubectl("get", DEFINITIONS, "--selector=app.kubernetes.io/part-of=tenantry", "-oname")
            .lines()
            .toList()) {
      String owner =
          cluster.kubectl(
              "get",
              definition,
              "--output=jsonpath={.metadata.annotations.meta\\.helm\\.sh/release-namespace}");
      if (owner.equals(namespace)) {
        cluster.kubectl("delete", definition);
      }
    }
  }

  @Test
  void mayDoWhatItNeedsAndNoMoreInItsNamespaces() {
    install("tenantry", "operator: {enabled: true, namespaces: [%s]}".formatted(team));

    assertThat(rights(team, inObjectsNamespaces())).isEqualTo(inObjectsNamespaces());
    assertThat(rights(namespace, inOwnNamespace())).isEqualTo(inOwnNamespace());
    String elsewhere = cluster.createNamespace("elsewhere");
    assertThat(rights(elsewhere, nothing())).isEqualTo(nothing());
    assertThat(rights(namespace, Map.of("get secrets", true)))
        .isEqualTo(Map.of("get secrets", false));
    assertThat(asOperator("get", "namespace", team)).isZero();
    assertThat(asOperator("get", "namespace", elsewhere)).isNotZero();
    assertThat(asOperator("get", "namespaces")).isNotZero();
    assertThat(asOperator("get", DEFINITIONS)).isNotZero();
    assertThat(asOperator("get", "tenants", "--all-namespaces")).isNotZero();
  }

  @Test
  void mayDoWhatItNeedsAndNoMoreInAllNamespaces() {
    install("tenantry", EVERYWHERE);

    assertThat(rights(team, inObjectsNamespaces())).isEqualTo(inObjectsNamespaces());
    assertThat(rights(namespace, inOwnNamespace())).isEqualTo(inOwnNamespace());
    assertThat(asOperator("get", "namespace", team)).isZero();
    assertThat(asOperator("get", "namespaces")).isNotZero();
    assertThat(asOperator("get", DEFINITIONS)).isNotZero();
    assertThat(asOperator("get", "tenants", "--all-namespaces")).isZero();
    assertThat(asOperator("get", "secrets", "--all-namespaces")).isZero();
    assertThat(asOperator("get", "configmaps", "--all-namespaces")).isNotZero();
  }

  private static Map<String, Boolean> inObjectsNamespaces() {
    Map<String, Boolean> rights = new LinkedHashMap<>();
    for (String kind : List.of("tenants", "tenantbackups", "tenantrestores", "blueprints")) {
      String resource = kind + ".tenantry.io";
      for (String verb : List.of("get", "list", "watch")) {
        rights.put(verb + " " + resource, true);
      }
      rights.put("patch " + resource, kind.equals("tenants"));
      for (String verb : List.of("create", "update", "delete", "deletecollection")) {
        rights.put(verb + " " + resource, false);
      }
      rights.put("patch " + resource + "/status", true);
      rights.put("update " + resource + "/status", false);
    }
    for (String verb : List.of("get", "list", "watch", "create", "patch")) {
      rights.put(verb + " secrets", true);
    }
    for (String verb : List.of("get", "create", "patch")) {
      rights.put(verb + " events", true);
    }
    for (String refused :
        List.of(
            "update secrets",
            "delete secrets",
            "delete events",
            "list events",
            "get configmaps",
            "get leases.coordination.k8s.io",
            "create leases.coordination.k8s.io",
            "get pods",
            "create pods",
            "create pods/exec",
            "get serviceaccounts",
            "create serviceaccounts/token",
            "patch namespaces",
            "delete namespaces",
            "create rolebindings.rbac.authorization.k8s.io",
            "escalate roles.rbac.authorization.k8s.io",
            "impersonate serviceaccounts")) {
      rights.put(refused, false);
    }
    return rights;
  }

  private static Map<String, Boolean> inOwnNamespace() {
    Map<String, Boolean> rights = new LinkedHashMap<>();
    for (String verb : List.of("get", "list", "watch")) {
      rights.put(verb + " configmaps", true);
    }
    for (String verb : List.of("get", "update", "patch")) {
      rights.put(verb + " leases.coordination.k8s.io=tenantry-operator", true);
      rights.put(verb + " leases.coordination.k8s.io=another", false);
    }
    rights.put("create leases.coordination.k8s.io", true);
    for (String refused :
        List.of(
            "delete leases.coordination.k8s.io=tenantry-operator",
            "patch configmaps",
            "get pods",
            "patch roles.rbac.authorization.k8s.io")) {
      rights.put(refused, false);
    }
    return rights;
  }

  private static Map<String, Boolean> nothing() {
    Map<String, Boolean> rights = new LinkedHashMap<>();
    inObjectsNamespaces().keySet().forEach(each -> rights.put(each, false));
    inOwnNamespace().keySet().forEach(each -> rights.put(each, false));
    return rights;
  }

  /**
   * Which of these requests the operator may send. The API server is asked for each, also for kinds
   * that it does not serve.
   */
  private Map<String, Boolean> rights(String inNamespace, Map<String, Boolean> requests) {
    List<String> asked = List.copyOf(requests.keySet());
    String reviews =
        asked.stream()
            .map(request -> review(inNamespace, request))
            .collect(
                Collectors.joining(
                    ",", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [", "]}"));
    var result =
        cluster.tryKubectl(
            reviews, "create", "--filename=-", "--output=jsonpath={.status.allowed}{\"\\n\"}");
    assertThat(result.status()).as(result.errors()).isZero();
    List<String> answers = result.output().lines().toList();
    assertThat(answers).hasSameSizeAs(asked);
    Map<String, Boolean> rights = new LinkedHashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      rights.put(asked.get(i), answers.get(i).equals("true"));
    }
    return rights;
  }

  private String review(String inNamespace, String request) {
    Matcher matcher = REQUEST.matcher(request);
    assertThat(matcher.matches()).as(request).isTrue();
    return """
        {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
         "spec": {"user": "system:serviceaccount:%s:tenantry-operator",
           "groups": ["system:serviceaccounts", "system:authenticated"],
           "resourceAttributes": {"namespace": "%s", "verb": "%s", "resource": "%s",
             "group": "%s", "subresource": "%s", "name": "%s"}}}"""
        .formatted(
            namespace,
            inNamespace,
            matcher.group("verb"),
            matcher.group("resource"),
            Objects.toString(matcher.group("group"), ""),
            Objects.toString(matcher.group("subresource"), ""),
            Objects.toString(matcher.group("name"), ""));
  }

  private int asOperator(String... arguments) {
    List<String> all =
        new ArrayList<>(
            List.of("--as=system:serviceaccount:%s:tenantry-operator".formatted(namespace)));
    all.addAll(List.of(arguments));
    return cluster.tryKubectl("", all.toArray(String[]::new)).status();
  }

  @Test
  void isSwitchedOnByUpgradeAndOffWithoutLosingObjects() {
    install("tenantry", "{}");
    assertThat(cluster.kubectl("get", DEFINITIONS, "--output=name")).doesNotContain("tenantry.io");

    upgrade(EVERYWHERE);
    cluster.kubectl("wait", "--for=condition=Established", DEFINITIONS + "/tenants.tenantry.io");
    assertThat(get(namespace, "deployment")).contains("tenantry-operator");
    String object = createTenant();

    upgrade("{}");
    assertThat(get(namespace, "deployment")).doesNotContain("tenantry-operator");
    assertThat(uid()).isEqualTo(object);
    upgrade(EVERYWHERE);
    assertThat(get(namespace, "deployment")).contains("tenantry-operator");
    assertThat(uid()).isEqualTo(object);

    releases.clear();
    Chart.uninstall(cluster.kubeconfig(), "tenantry", namespace);
    assertThat(get(namespace, "deployment")).isEmpty();
    assertThat(uid()).isEqualTo(object);
    install("tenantry", EVERYWHERE);
    assertThat(uid()).isEqualTo(object);
  }

  @Test
  void upgradesDefinitions() {
    Chart older = chart.changed("chart-older", line -> !line.strip().equals("- tnt"));
    releases.add("tenantry");
    older.install(cluster.kubeconfig(), "tenantry", namespace, EVERYWHERE);
    assertThat(shortNames()).isEmpty();
    upgrade(EVERYWHERE);

    assertThat(shortNames()).isEqualTo("[\"tnt\"]");
  }

  private static String shortNames() {
    return cluster.kubectl(
        "get", DEFINITIONS, "tenants.tenantry.io", "--output=jsonpath={.spec.names.shortNames}");
  }

  @Test
  void refusesSecondOperatorForAllNamespaces() {
    install("tenantry", EVERYWHERE);

    assertThatThrownBy(() -> install("second", "operator: {enabled: true, crds: {install: false}}"))
        .hasMessageContaining("tenantry-operator")
        .hasMessageContaining("invalid ownership metadata");
    releases.remove("second");
    assertThat(get(namespace, "deployment")).doesNotContain("second");
  }

  @Test
  void runsOperatorsOfTwoReleasesForNamespacesOfTheirOwn() {
    String other = cluster.createNamespace("team");
    install("one", "operator: {enabled: true, namespaces: [%s]}".formatted(team));
    install(
        "two",
        "operator: {enabled: true, namespaces: [%s], crds: {install: false}}".formatted(other));

    assertThat(get(team, "rolebinding")).contains("one-tenantry-operator").doesNotContain("two");
    assertThat(get(other, "rolebinding")).contains("two-tenantry-operator").doesNotContain("one");
  }

  @Test
  void isAppliedByTwoManagersWithoutConflictOrWarning() {
    String yaml =
        Chart.SHIPPED.render(
            "tenantry",
            namespace,
            "operator: {enabled: true, namespaces: [%s], crds: {install: false}}"
                .formatted(namespace));

    for (String manager : List.of("first", "second")) {
      var result =
          cluster.tryKubectl(
              yaml,
              "apply",
              "--server-side",
              "--field-manager=" + manager,
              "--namespace=" + namespace,
              "--filename=-");
      assertThat(result.errors()).isEmpty();
      assertThat(result.status()).isZero();
    }
  }

  private String createTenant() {
    var created = cluster.tryKubectl(TENANT, "create", "--namespace=" + team, "--filename=-");
    assertThat(created.status()).as(created.errors()).isZero();
    return uid();
  }

  /** The object's uid, if it is not being deleted. */
  private String uid() {
    return cluster.kubectl(
        "get",
        "tenants.tenantry.io",
        "shop",
        "--namespace=" + team,
        "--output=jsonpath={.metadata.uid}{.metadata.deletionTimestamp}");
  }

  private static String get(String inNamespace, String kind) {
    return cluster.kubectl("get", kind, "--namespace=" + inNamespace, "--output=name");
  }

  private void install(String release, String values) {
    releases.add(release);
    chart.install(cluster.kubeconfig(), release, namespace, values);
  }

  private void upgrade(String values) {
    chart.upgrade(cluster.kubeconfig(), "tenantry", namespace, values);
  }
}
