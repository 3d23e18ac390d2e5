package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Release;
import io.tenantry.testing.KubernetesControlPlane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The chart and the overlays on a real API server, in namespaces with the PodSecurity standard
 * {@code restricted}. It has no nodes: pods are created and do not run.
 */
@Tag("P7")
class ChartIT {

  private static final List<String> SERVICES =
      List.of("tenant-service", "ingestion-service", "backup-service");
  private static final String ALL =
      "deployment,service,serviceaccount,configmap,persistentvolumeclaim,networkpolicy,"
          + "horizontalpodautoscaler,poddisruptionbudget,secret";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static KubernetesControlPlane cluster;
  private static Chart chart;

  private String namespace;

  @BeforeAll
  static void start() {
    cluster = KubernetesControlPlane.shared();
    chart = Chart.SHIPPED.forAnyKubernetes();
  }

  @BeforeEach
  void createNamespace() {
    namespace = cluster.createNamespace("chart");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  @Tag("H6")
  void createsPodsOfEveryServiceWithRecommendedLabels(String environment) {
    Release release = install("tenantry", Chart.SHIPPED.environment(environment));

    assertThat(release.getOutput())
        .contains("http://tenantry-tenant-service." + namespace + ".svc:80")
        .contains("This chart does not make it");
    for (String service : SERVICES) {
      JsonNode labels = pod("tenantry", service).at("/metadata/labels");
      assertThat(labels.get("app.kubernetes.io/name").asText()).isEqualTo("tenantry");
      assertThat(labels.get("app.kubernetes.io/version").asText()).isEqualTo("0.1.0");
    }
    List<JsonNode> objects =
        list(ALL).stream()
            .filter(each -> each.at("/metadata/labels").has("helm.sh/chart"))
            .toList();
    assertThat(objects).hasSizeGreaterThan(15);
    assertThat(objects)
        .allSatisfy(
            each -> {
              JsonNode labels = each.at("/metadata/labels");
              assertThat(labels.get("helm.sh/chart").asText()).isEqualTo("tenantry-0.1.0");
              assertThat(labels.get("app.kubernetes.io/instance").asText()).isEqualTo("tenantry");
              assertThat(labels.get("app.kubernetes.io/managed-by").asText()).isEqualTo("Helm");
            });
    assertThat(get("deployment/tenantry-tenant-service").at("/spec/selector/matchLabels"))
        .isEqualTo(
            json(
                """
                {"app.kubernetes.io/name": "tenantry", "app.kubernetes.io/instance": "tenantry",
                 "app.kubernetes.io/component": "tenant-service"}"""));
  }

  @Test
  @Tag("H6")
  void refusesClusterThatIsTooOld() {
    String version = json(cluster.kubectl("get", "--raw=/version")).get("minor").asText();
    assumeThat(Integer.parseInt(version.replaceAll("\\D", ""))).isLessThan(27);

    assertThatThrownBy(
            () -> Chart.SHIPPED.install(cluster.kubeconfig(), "tenantry", namespace, "{}"))
        .hasMessageContaining("chart requires kubeVersion: >=1.27");
    assertThat(list("deployment,service,configmap")).noneMatch(ChartIT::isOurs);
  }

  @Test
  @Tag("H2")
  void createsNothingIfValueIsUnknown() {
    assertThatThrownBy(() -> install("tenantry", "autoscalling: {enabled: false}"))
        .hasMessageContaining("additional properties 'autoscalling' not allowed");

    assertThat(list(ALL)).noneMatch(ChartIT::isOurs);
  }

  @Test
  @Tag("H1")
  void acceptsNumbersAndBooleansAsSettings() {
    install(
        "tenantry",
        """
        config: {KAFKA_REPLICATION_FACTOR: 1, OIDC_ENABLED: true, SOME_SIZE: 12000000}
        """);

    JsonNode data = get("configmap/tenantry").get("data");
    assertThat(data.get("KAFKA_REPLICATION_FACTOR").textValue()).isEqualTo("1");
    assertThat(data.get("OIDC_ENABLED").textValue()).isEqualTo("true");
    assertThat(data.get("SOME_SIZE").textValue()).isEqualTo("12000000");
  }

  @Test
  @Tag("H3")
  void usesOnePortEverywhere() {
    install("tenantry", "port: 9191");

    assertThat(get("configmap/tenantry").at("/data/HTTP_PORT").asText()).isEqualTo("9191");
    assertThat(get("networkpolicy/tenantry-requests").at("/spec/ingress/0/ports/0/port").asInt())
        .isEqualTo(9191);
    for (String service : SERVICES) {
      JsonNode pod = pod("tenantry", service);
      JsonNode container = pod.at("/spec/containers/0");
      assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(9191);
      assertThat(pod.at("/metadata/annotations").get("prometheus.io/port").asText())
          .isEqualTo("9191");
      // These follow the container's port by its name.
      assertThat(container.at("/ports/0/name").asText()).isEqualTo("http");
      assertThat(container.at("/readinessProbe/httpGet/port").asText()).isEqualTo("http");
      assertThat(get("service/tenantry-" + service).at("/spec/ports/0/targetPort").asText())
          .isEqualTo("http");
    }
  }

  @Test
  @Tag("H4")
  void keepsVolumeWhenReleaseIsUninstalledAndUsesItAgain() {
    install("tenantry", Chart.SHIPPED.environment("dev"));
    String volume = uid("persistentvolumeclaim/tenantry-backups");

    Chart.uninstall(cluster.kubeconfig(), "tenantry", namespace);

    assertThat(list("deployment,service")).noneMatch(ChartIT::isOurs);
    assertThat(uid("persistentvolumeclaim/tenantry-backups")).isEqualTo(volume);
    install("tenantry", Chart.SHIPPED.environment("dev"));
    assertThat(uid("persistentvolumeclaim/tenantry-backups")).isEqualTo(volume);
    // Nor is it deleted when the value is changed.
    upgrade("tenantry", "backupVolume: {enabled: false}");
    assertThat(uid("persistentvolumeclaim/tenantry-backups")).isEqualTo(volume);
  }

  @Test
  @Tag("H5")
  void runsTwoReleasesSideBySide() {
    install("one", Chart.SHIPPED.environment("dev"));
    install("two", Chart.SHIPPED.environment("dev"));

    for (String release : List.of("one", "two")) {
      for (String service : SERVICES) {
        JsonNode pod = pod(release, service);
        assertThat(selecting(pod, "service", "/spec/selector"))
            .containsExactly(release + "-tenantry-" + service);
        assertThat(selecting(pod, "poddisruptionbudget", "/spec/selector/matchLabels"))
            .containsExactly(release + "-tenantry-" + service);
        assertThat(selecting(pod, "networkpolicy", "/spec/podSelector/matchLabels"))
            .hasSize(4)
            .allMatch(name -> name.startsWith(release + "-tenantry-"));
      }
    }
    Chart.uninstall(cluster.kubeconfig(), "one", namespace);
    assertThat(list("deployment"))
        .hasSize(3)
        .allMatch(each -> name(each).startsWith("two-tenantry-"));
  }

  @Test
  @Tag("H5")
  void selectsNoOtherPodsAndCanLeavePoliciesOut() {
    install("tenantry", "{}");

    JsonNode foreign =
        json("{\"metadata\": {\"labels\": {\"app.kubernetes.io/name\": \"something-else\"}}}");
    assertThat(selecting(foreign, "networkpolicy", "/spec/podSelector/matchLabels")).isEmpty();
    upgrade("tenantry", "networkPolicy: {enabled: false}");
    assertThat(list("networkpolicy")).isEmpty();
  }

  @Test
  @Tag("H7")
  void givesPodsWhatUsersAdd() {
    cluster.kubectl("-n", namespace, "create", "secret", "generic", "more", "--from-literal=A=b");
    install(
        "tenantry",
        """
        imagePullSecrets: [{name: registry}]
        priorityClassName: system-cluster-critical
        nodeSelector: {disk: ssd}
        tolerations: [{key: dedicated, operator: Equal, value: tenantry, effect: NoSchedule}]
        affinity:
          nodeAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
              nodeSelectorTerms: [{matchExpressions: [{key: arch, operator: Exists}]}]
        topologySpreadConstraints:
          - {maxSkew: 2, topologyKey: rack, whenUnsatisfiable: ScheduleAnyway}
        commonLabels: {team: data}
        podLabels: {cost: "42"}
        podAnnotations: {note: a note}
        deploymentAnnotations: {reloader.stakater.com/auto: "true"}
        serviceAccount: {annotations: {eks.amazonaws.com/role-arn: "arn:aws:iam::1:role/backup"}}
        terminationGracePeriodSeconds: 60
        extraEnv: [{name: JAVA_TOOL_OPTIONS, value: -Xmx300m}]
        extraEnvFrom: [{secretRef: {name: more}}]
        extraVolumes: [{name: more, secret: {secretName: more}}]
        extraVolumeMounts: [{name: more, mountPath: /etc/more, readOnly: true}]
        extraContainers:
          - name: proxy
            image: example.com/proxy:1.0
            securityContext: &restricted
              allowPrivilegeEscalation: false
              capabilities: {drop: [ALL]}
        initContainers: [{name: wait, image: "example.com/wait:1.0", securityContext: *restricted}]
        """);

    for (String service : SERVICES) {
      JsonNode pod = pod("tenantry", service);
      JsonNode spec = pod.get("spec");
      assertThat(spec.at("/imagePullSecrets/0/name").asText()).isEqualTo("registry");
      assertThat(spec.at("/priorityClassName").asText()).isEqualTo("system-cluster-critical");
      assertThat(spec.at("/nodeSelector/disk").asText()).isEqualTo("ssd");
      assertThat(spec.at("/tolerations/0/value").asText()).isEqualTo("tenantry");
      assertThat(spec.at("/affinity/nodeAffinity").isMissingNode()).isFalse();
      assertThat(spec.at("/topologySpreadConstraints")).hasSize(1);
      assertThat(
              spec.at("/topologySpreadConstraints/0/labelSelector/matchLabels")
                  .get("app.kubernetes.io/component")
                  .asText())
          .isEqualTo(service);
      assertThat(pod.at("/metadata/labels/cost").asText()).isEqualTo("42");
      assertThat(pod.at("/metadata/annotations/note").asText()).isEqualTo("a note");
      assertThat(spec.at("/terminationGracePeriodSeconds").asInt()).isEqualTo(60);
      JsonNode container = spec.at("/containers/0");
      assertThat(container.get("env").findValuesAsText("name")).contains("JAVA_TOOL_OPTIONS");
      assertThat(container.at("/envFrom/1/secretRef/name").asText()).isEqualTo("more");
      assertThat(container.get("volumeMounts").findValuesAsText("mountPath"))
          .contains("/etc/more", "/tmp");
      assertThat(spec.at("/containers/1/name").asText()).isEqualTo("proxy");
      assertThat(spec.at("/initContainers/0/name").asText()).isEqualTo("wait");
      JsonNode deployment = get("deployment/tenantry-" + service);
      assertThat(deployment.at("/metadata/labels/team").asText()).isEqualTo("data");
      assertThat(deployment.at("/metadata/annotations").has("reloader.stakater.com/auto")).isTrue();
      JsonNode account = get("serviceaccount/" + spec.get("serviceAccountName").asText());
      assertThat(account.at("/metadata/annotations").has("eks.amazonaws.com/role-arn")).isTrue();
    }
  }

  @Test
  @Tag("H8")
  void runsImagesOfRegistry() {
    install("tenantry", "image: {registry: 'registry.example.com:5000', tag: '1.2.3'}");

    for (String service : SERVICES) {
      assertThat(pod("tenantry", service).at("/spec/containers/0/image").asText())
          .isEqualTo("registry.example.com:5000/tenantry/" + service + ":1.2.3");
    }
  }

  @Test
  @Tag("H9")
  void setsReplicasWhenAutoscalingIsTurnedOff() {
    install("tenantry", "autoscaling: {minReplicas: 2, maxReplicas: 5}");
    assertThat(list("horizontalpodautoscaler")).hasSize(3);
    // As the autoscaler does under load; an upgrade leaves its number alone.
    scale("tenantry-ingestion-service", 5);
    upgrade("tenantry", "autoscaling: {minReplicas: 2, maxReplicas: 6}");
    assertThat(replicas("tenantry-ingestion-service")).isEqualTo(5);

    upgrade("tenantry", "{autoscaling: {enabled: false}, replicas: 3}");

    assertThat(list("horizontalpodautoscaler")).isEmpty();
    for (String service : SERVICES) {
      assertThat(replicas("tenantry-" + service)).isEqualTo(3);
    }
  }

  @Test
  @Tag("H9")
  void stopsNoPodsWhenAutoscalingIsTurnedOn() {
    install("tenantry", "{autoscaling: {enabled: false}, replicas: 3}");

    upgrade("tenantry", "autoscaling: {enabled: true}");

    assertThat(list("horizontalpodautoscaler")).hasSize(3);
    assertThat(replicas("tenantry-tenant-service")).isEqualTo(3);
  }

  @Test
  @Tag("H10")
  void stopsPodWithVolumeBeforeNextStarts() {
    install("tenantry", "{}");
    assertThat(get("deployment/tenantry-backup-service").at("/spec/strategy/type").asText())
        .isEqualTo("RollingUpdate");

    upgrade("tenantry", "{backupVolume: {enabled: true}, replicas: 3}");

    JsonNode spec = get("deployment/tenantry-backup-service").get("spec");
    assertThat(spec.get("strategy")).isEqualTo(json("{\"type\": \"Recreate\"}"));
    assertThat(spec.get("replicas").asInt()).isEqualTo(1);
    assertThat(list("horizontalpodautoscaler"))
        .extracting(ChartIT::name)
        .doesNotContain("tenantry-backup-service");
    assertThat(spec.at("/template/spec/volumes").findValuesAsText("claimName"))
        .containsExactly("tenantry-backups");
    assertThat(get("configmap/tenantry").at("/data/TENANT_BACKUP_PATH").asText())
        .isEqualTo("/var/lib/tenantry/backups");

    // A volume of several nodes needs neither.
    Chart.uninstall(cluster.kubeconfig(), "tenantry", namespace);
    String other = "{backupVolume: {enabled: true, accessMode: ReadWriteMany}, replicas: 3}";
    install("other", other);
    assertThat(get("deployment/other-tenantry-backup-service").at("/spec/strategy/type").asText())
        .isEqualTo("RollingUpdate");
  }

  @Test
  @Tag("H10")
  void startsNewPodsWhenSettingsOrSecretChange() {
    String values = "secret: {restartOnChange: true}\n";
    secret("tenantry", "one");
    install("tenantry", values);
    JsonNode first = template("tenant-service");

    upgrade("tenantry", values);
    assertThat(template("tenant-service")).isEqualTo(first);

    upgrade("tenantry", values + "config: {SHUTDOWN_DELAY: 6s}");
    JsonNode second = template("tenant-service");
    assertThat(second).isNotEqualTo(first);

    secret("tenantry", "two");
    upgrade("tenantry", values + "config: {SHUTDOWN_DELAY: 6s}");
    JsonNode third = template("tenant-service");
    assertThat(third.at("/metadata/annotations/checksum~1config"))
        .isEqualTo(second.at("/metadata/annotations/checksum~1config"));
    assertThat(third.at("/metadata/annotations/checksum~1secret"))
        .isNotEqualTo(second.at("/metadata/annotations/checksum~1secret"));
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(list("replicaset"))
                    .filteredOn(set -> name(set).startsWith("tenantry-tenant-service"))
                    .hasSize(3));
  }

  @Test
  @Tag("H10")
  void opensDnsElsewhereAndBothAddressFamilies() {
    install(
        "tenantry",
        """
        networkPolicy:
          dns: {namespaceLabels: {tier: dns}, cidrs: [169.254.20.10/32, "fd00::10/128"], ports: [5353]}
          extraIngress: [{from: [{namespaceSelector: {matchLabels: {team: data}}}]}]
          extraEgress: [{to: [{namespaceSelector: {}}], ports: [{port: 5432}]}]
        """);

    JsonNode dns = get("networkpolicy/tenantry-name-resolution").at("/spec/egress/0");
    assertThat(dns.findValuesAsText("cidr")).containsExactly("169.254.20.10/32", "fd00::10/128");
    assertThat(dns.get("ports").findValuesAsText("port")).containsExactly("5353", "5353");
    JsonNode servers = get("networkpolicy/tenantry-servers").at("/spec/egress");
    assertThat(servers.findValuesAsText("cidr")).containsExactly("0.0.0.0/0", "::/0");
    assertThat(servers.at("/0/ports").findValuesAsText("port")).contains("9093", "9000");
    assertThat(servers).hasSize(2);
    assertThat(get("networkpolicy/tenantry-requests").at("/spec/ingress")).hasSize(2);
  }

  @Test
  @Tag("H11")
  void usesExistingSecretAndMakesNone() {
    secret("keys-of-tenantry", "one");
    install("tenantry", "secret: {name: keys-of-tenantry}");

    for (String service : SERVICES) {
      assertThat(pod("tenantry", service).at("/spec/containers/0/env").findValues("secretKeyRef"))
          .isNotEmpty()
          .allMatch(each -> each.get("name").asText().equals("keys-of-tenantry"));
    }
    assertThat(list("secret"))
        .filteredOn(each -> each.get("type").asText().equals("Opaque"))
        .extracting(ChartIT::name)
        .containsExactly("keys-of-tenantry");
  }

  @Test
  @Tag("H11")
  void makesSecretOnlyWhenAskedAndKeepsIt() {
    install(
        "tenantry",
        """
        secret:
          create: true
          values:
            admin-key: 0123456789abcdef
            encryption-key: MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
            tenant-service-database-password: a
            ingestion-service-database-password: b
            backup-service-database-password: c
            tenant-cluster-admin-password: d
        """);
    assertThat(get("secret/tenantry").get("data")).hasSize(6);

    Chart.uninstall(cluster.kubeconfig(), "tenantry", namespace);

    assertThat(get("secret/tenantry").get("data")).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  @Tag("H4")
  @Tag("H5")
  void upgradesFromChartBeforeAndKeepsVolume(String environment) {
    Chart.BEFORE.install(
        cluster.kubeconfig(), "tenantry", namespace, Chart.BEFORE.environment(environment));
    assertThat(list("deployment")).extracting(ChartIT::name).containsAll(SERVICES);
    boolean volume = environment.equals("dev");
    String before = volume ? uid("persistentvolumeclaim/tenantry-backups") : "";

    upgrade("tenantry", Chart.SHIPPED.environment(environment));

    assertThat(list("deployment")).hasSize(3).allMatch(each -> name(each).startsWith("tenantry-"));
    assertThat(list("networkpolicy")).hasSize(4);
    for (String service : SERVICES) {
      pod("tenantry", service);
    }
    if (volume) {
      JsonNode claim = get("persistentvolumeclaim/tenantry-backups");
      assertThat(claim.at("/metadata/uid").asText()).isEqualTo(before);
      assertThat(claim.at("/metadata/annotations/helm.sh~1resource-policy").asText())
          .isEqualTo("keep");
    }
    // The next upgrade changes nothing.
    Map<String, String> generations = generations();
    upgrade("tenantry", Chart.SHIPPED.environment(environment));
    assertThat(generations()).isEqualTo(generations);
  }

  @Test
  @Tag("H5")
  void keepsPreviousPodsDuringUpgradeIfToldSo() {
    Chart.BEFORE.install(
        cluster.kubeconfig(), "tenantry", namespace, Chart.BEFORE.environment("production"));
    // As docs/operations.md says.
    cluster.kubectl(
        "-n",
        namespace,
        "annotate",
        "deployment,service,serviceaccount",
        "--selector=app.kubernetes.io/part-of=tenantry,!app.kubernetes.io/component",
        "helm.sh/resource-policy=keep");

    upgrade("tenantry", Chart.SHIPPED.environment("production"));

    assertThat(list("deployment")).hasSize(6).extracting(ChartIT::name).containsAll(SERVICES);
    cluster.kubectl(
        "-n",
        namespace,
        "delete",
        "deployment,service,serviceaccount",
        "--selector=app.kubernetes.io/part-of=tenantry,!app.kubernetes.io/component");
    assertThat(list("deployment,service,serviceaccount"))
        .filteredOn(ChartIT::isOurs)
        .hasSize(9)
        .allMatch(each -> name(each).startsWith("tenantry-"));
  }

  @Test
  @Tag("H4")
  void refusesUpgradeThatWouldDeleteVolumeOfChartBefore() {
    Chart.BEFORE.install(cluster.kubeconfig(), "prod", namespace, Chart.BEFORE.environment("dev"));
    String before = uid("persistentvolumeclaim/tenantry-backups");
    String values = Chart.SHIPPED.environment("dev");

    assertThatThrownBy(() -> upgrade("prod", values))
        .hasMessageContaining("kubectl annotate pvc tenantry-backups helm.sh/resource-policy=keep");
    assertThatThrownBy(() -> upgrade("prod", "{}"))
        .hasMessageContaining("would delete the volume tenantry-backups");

    cluster.kubectl(
        "-n", namespace, "annotate", "pvc", "tenantry-backups", "helm.sh/resource-policy=keep");
    upgrade("prod", values, "backupVolume: {existingClaim: tenantry-backups}");
    assertThat(uid("persistentvolumeclaim/tenantry-backups")).isEqualTo(before);
    assertThat(list("persistentvolumeclaim")).hasSize(1);
    assertThat(
            get("deployment/prod-tenantry-backup-service")
                .at("/spec/template/spec/volumes")
                .findValuesAsText("claimName"))
        .containsExactly("tenantry-backups");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  void appliesChartByTwoManagersWithoutConflictOrWarning(String environment) {
    assertAppliesTwice(
        Chart.SHIPPED.render("tenantry", namespace, Chart.SHIPPED.environment(environment)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  void appliesOverlayByTwoManagersWithoutConflictOrWarning(String environment) {
    Optional<String> rendered = Manifests.kustomize(environment);
    assumeThat(rendered).as("rendered by kustomize or kubectl").isPresent();

    // In the test's namespace instead of its own, which may be in use.
    assertAppliesTwice(
        Pattern.compile("^---$", Pattern.MULTILINE)
            .splitAsStream(rendered.orElseThrow())
            .filter(document -> !document.contains("kind: Namespace\n"))
            .map(document -> document.replaceAll("(?m)^  namespace: .*", ""))
            .collect(Collectors.joining("---")));
  }

  private void assertAppliesTwice(String yaml) {
    apply(yaml, "first");
    Map<String, String> generations = generations();
    apply(yaml, "second");

    assertThat(generations()).hasSize(7).isEqualTo(generations);
    for (String service : SERVICES) {
      pod("tenantry", service);
    }
  }

  private void apply(String yaml, String manager) {
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

  private Release install(String release, String... values) {
    return chart.install(cluster.kubeconfig(), release, namespace, values);
  }

  private void upgrade(String release, String... values) {
    chart.upgrade(cluster.kubeconfig(), release, namespace, values);
  }

  /** Creates or changes a Secret. */
  private void secret(String name, String adminKey) {
    var result =
        cluster.tryKubectl(
            """
            {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "%s"},
             "stringData": {"admin-key": "%s"}}"""
                .formatted(name, adminKey),
            "--namespace=" + namespace,
            "apply",
            "--filename=-");
    assertThat(result.status()).as(result.errors()).isZero();
  }

  private void scale(String deployment, int replicas) {
    cluster.kubectl("-n", namespace, "scale", "deployment", deployment, "--replicas=" + replicas);
  }

  private int replicas(String deployment) {
    return get("deployment/" + deployment).at("/spec/replicas").asInt();
  }

  private JsonNode template(String service) {
    return get("deployment/tenantry-" + service).at("/spec/template");
  }

  /** A pod of a service, which its controller creates. */
  private JsonNode pod(String release, String service) {
    String selector =
        "--selector=app.kubernetes.io/instance=%s,app.kubernetes.io/component=%s"
            .formatted(release, service);
    return await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> list("pod", selector), pods -> !pods.isEmpty())
        .getFirst();
  }

  /** The names of the objects whose selector at this path selects the pod. */
  private List<String> selecting(JsonNode pod, String kind, String path) {
    JsonNode labels = pod.at("/metadata/labels");
    return list(kind).stream()
        .filter(
            object ->
                object.at(path).properties().stream()
                    .allMatch(each -> each.getValue().equals(labels.get(each.getKey()))))
        .map(ChartIT::name)
        .toList();
  }

  /** The version of each object's specification. */
  private Map<String, String> generations() {
    Map<String, String> generations = new TreeMap<>();
    for (JsonNode each : list("deployment,networkpolicy")) {
      generations.put(
          each.get("kind").asText() + "/" + name(each), each.at("/metadata/generation").asText());
    }
    return generations;
  }

  private JsonNode get(String object) {
    return json(cluster.kubectl("-n", namespace, "get", object, "--output=json"));
  }

  private String uid(String object) {
    return get(object).at("/metadata/uid").asText();
  }

  private List<JsonNode> list(String kinds, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("-n", namespace, "get", kinds, "--output=json"));
    arguments.addAll(List.of(more));
    JsonNode items = json(cluster.kubectl(arguments.toArray(String[]::new))).get("items");
    return StreamSupport.stream(items.spliterator(), false).toList();
  }

  private static String name(JsonNode object) {
    return object.at("/metadata/name").asText();
  }

  private static boolean isOurs(JsonNode object) {
    return object
        .at("/metadata/labels")
        .path("app.kubernetes.io/part-of")
        .asText()
        .equals("tenantry");
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
