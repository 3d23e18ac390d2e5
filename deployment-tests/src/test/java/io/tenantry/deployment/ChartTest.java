package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/** The chart's values: which are refused, and what the others do. */
@Tag("P7")
class ChartTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  @Tag("H6")
  void passesStrictLint() {
    LintResult result = new Helm(Chart.SHIPPED.folder()).lint().strict().call();

    assertThat(result.isFailed()).as(String.join("\n", result.getMessages())).isFalse();
    assertThat(result.getMessages()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "autoscalling: {enabled: false}               | additional properties 'autoscalling'",
        "autoscaling: {enable: false}                 | additional properties 'enable'",
        "tenantService: {replica: 1}                  | additional properties 'replica'",
        "networkPolicy: {egressPorts: 5432}           | '/networkPolicy/egressPorts': got number",
        "networkPolicy: {egressPorts: []}             | '/networkPolicy/egressPorts': minItems",
        "networkPolicy: {egressBlocks: []}            | '/networkPolicy/egressBlocks': minItems",
        "resources: none                              | '/resources': got string, want object",
        "resources: {limits: {memory: 1 GB}}          | '/resources/limits/memory'",
        "image: {prefix: tenantry}                    | additional properties 'prefix'",
        "image: {registry: 'https://r.example.com'}   | '/image/registry'",
        "image: {registry: r.example.com/}            | '/image/registry'",
        "tenantService: {image: {digest: sha256:1}}   | '/tenantService/image/digest'",
        "replicas: '2'                                | '/replicas': got string, want integer",
        "port: 80                                     | '/port': minimum",
        "config: {HTTP_PORT: 9090}                    | config.HTTP_PORT is set by port",
        "config: {Http_Port: 9090}                    | invalid propertyName 'Http_Port'",
        "config: {SHUTDOWN_DELAY: [1]}                | '/config/SHUTDOWN_DELAY': got array",
        "config: {ENCRYPTION_KEY: abc}                | put it into the Secret, key encryption-key",
        "secret: {values: {admin-key: '0123456789abcdef'}} | '/secret/values': maxProperties",
        "secret: {create: true}                       | '/secret/values': missing properties",
        "podLabels: {app.kubernetes.io/name: x}       | 'app.kubernetes.io/name'",
        "extraEnv: [{name: A, value: 1}]              | '/extraEnv/0/value': got number",
        "tolerations: {key: a}                        | '/tolerations': got object, want array",
        "operator: {namespaces: team-a}               | '/operator/namespaces': got string",
        "operator: {namespaces: [Team]}               | '/operator/namespaces/0'",
        "operator: {autoscaling: {enabled: true}}     | additional properties 'autoscaling'",
        "operator: {crds: {keep: false}}              | additional properties 'keep'",
        "console: {url: example.com}                  | '/console/url'",
        "console: {namespaces: []}                    | additional properties 'namespaces'",
        "{console: {enabled: true}, config: {CONSOLE_URL: a}} | set by the values of console",
        "config: {CONSOLE_SESSION_KEY: a}             | console-session-key",
        "{operator: {enabled: true}, config: {OPERATOR_NAMESPACES: a}} | set by the values of"
            + " operator",
        "networkPolicy: {apiServer: {ports: []}}      | '/networkPolicy/apiServer/ports': minItems",
      })
  @Tag("H2")
  void refusesUnknownAndWrongValues(String values, String message) {
    assertThatThrownBy(() -> Chart.SHIPPED.render("tenantry", "tenantry", values))
        .hasMessageContaining(message);
  }

  @Test
  @Tag("H2")
  void describesEveryValueInSchemaAndOnlyThose() throws IOException {
    JsonNode schema = JSON.readTree(Chart.SHIPPED.folder().resolve("values.schema.json").toFile());
    Map<String, Object> values =
        new Yaml().load(Files.readString(Chart.SHIPPED.folder().resolve("values.yaml")));
    Set<String> described = new LinkedHashSet<>();
    schema.get("properties").fieldNames().forEachRemaining(described::add);
    described.remove("global");

    assertThat(described).containsExactlyInAnyOrderElementsOf(values.keySet());
    assertThat(openObjects(schema, ""))
        .as("objects whose properties are listed take no others")
        .isEmpty();
  }

  /** Parts of the schema that list properties, and take others. */
  private static List<String> openObjects(JsonNode part, String path) {
    List<String> open = new ArrayList<>();
    // Those of Kubernetes itself are open, and conditions say what else they need.
    boolean condition = path.matches(".*/(if|then|else|items)(/.*)?");
    if (part.has("properties") && !part.has("additionalProperties") && !condition) {
      open.add(path);
    }
    part.properties()
        .forEach(each -> open.addAll(openObjects(each.getValue(), path + "/" + each.getKey())));
    return open;
  }

  @Test
  @Tag("H1")
  void writesEverySettingAsText() {
    String rendered =
        Chart.SHIPPED.render(
            "tenantry",
            "tenantry",
            """
            config:
              KAFKA_REPLICATION_FACTOR: 1
              TENANTRY_INGESTION_MAX_BODY_SIZE: 12000000
              BACKUP_RETENTION_MAX_SHARE: 0.25
              OIDC_ENABLED: true
              OIDC_AUDIENCE: 'a "quoted\\" one'
              BACKUP_S3_REGION: null
            """);

    assertThat(one(rendered, ConfigMap.class).getData())
        .contains(
            entry("KAFKA_REPLICATION_FACTOR", "1"),
            entry("TENANTRY_INGESTION_MAX_BODY_SIZE", "12000000"),
            entry("BACKUP_RETENTION_MAX_SHARE", "0.25"),
            entry("OIDC_ENABLED", "true"),
            entry("OIDC_AUDIENCE", "a \"quoted\\\" one"))
        .doesNotContainKey("BACKUP_S3_REGION");
    assertThat(rendered.lines().dropWhile(line -> !line.equals("data:")).skip(1))
        .filteredOn(line -> line.matches("  [A-Z0-9_]+:.*"))
        .allMatch(line -> line.matches("  [A-Z0-9_]+: \".*\""));
  }

  @Test
  @Tag("H2")
  void prefersSettingsOfOneServiceEvenIfTheyTurnSomethingOff() {
    List<HasMetadata> objects =
        Manifests.read(
            Chart.SHIPPED.render(
                "tenantry",
                "tenantry",
                """
                nodeSelector: {disk: ssd}
                tenantService:
                  replicas: 0
                  autoscaling: {enabled: false}
                  metrics: {scrapeAnnotations: false}
                  nodeSelector: {zone: a}
                """));

    Deployment own = named(objects, Deployment.class, "tenantry-tenant-service");
    Deployment other = named(objects, Deployment.class, "tenantry-ingestion-service");
    assertThat(own.getSpec().getReplicas()).isZero();
    assertThat(own.getSpec().getTemplate().getSpec().getNodeSelector())
        .containsOnly(entry("disk", "ssd"), entry("zone", "a"));
    assertThat(own.getSpec().getTemplate().getMetadata().getAnnotations())
        .doesNotContainKey("prometheus.io/scrape");
    assertThat(other.getSpec().getReplicas()).isNull();
    assertThat(other.getSpec().getTemplate().getSpec().getNodeSelector())
        .containsOnly(entry("disk", "ssd"));
    assertThat(of(objects, HorizontalPodAutoscaler.class)).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tenantry         | {}                                   | tenantry",
        "prod             | {}                                   | prod-tenantry",
        "prod             | {nameOverride: saas}                 | prod-saas",
        "prod             | {fullnameOverride: control}          | control",
        "a-release-whose-name-is-as-long-as-helm-takes-names-x | {}"
            + " | a-release-whose-name-is-as-long-as-helm",
      })
  @Tag("H5")
  void namesObjectsAfterRelease(String release, String values, String expected) {
    List<HasMetadata> objects = Manifests.read(Chart.SHIPPED.render(release, "tenantry", values));

    assertThat(objects)
        .extracting(object -> object.getMetadata().getName())
        .allMatch(name -> name.equals(expected) || name.startsWith(expected + "-"))
        .allMatch(name -> name.length() <= 63);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                  | tenantry/tenant-service:0.1.0",
        "image: {registry: r.example.com:5000, tag: '1.2'}"
            + " | r.example.com:5000/tenantry/tenant-service:1.2",
        "tenantService: {image: {repository: mine/tenants, tag: '3'}} | mine/tenants:3",
        "tenantService: {image: {registry: ghcr.io, digest:"
            + " 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}}"
            + " | ghcr.io/tenantry/tenant-service@sha256:"
            + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      })
  @Tag("H8")
  void composesImageOfRegistryRepositoryAndTagOrDigest(String values, String expected) {
    List<HasMetadata> objects =
        Manifests.read(Chart.SHIPPED.render("tenantry", "tenantry", values));

    Container container =
        named(objects, Deployment.class, "tenantry-tenant-service")
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    assertThat(container.getImage()).isEqualTo(expected);
  }

  @Test
  @Tag("H10")
  void usesTagsThatDoNotMove() throws IOException {
    for (String environment : List.of("dev", "production")) {
      List<String> rendered = new ArrayList<>();
      rendered.add(Manifests.helm(environment, "tenantry"));
      rendered.add(Manifests.helm(environment, "tenantry", "operator: {enabled: true}"));
      Manifests.kustomize(environment, "tenantry", "cluster-wide", "").ifPresent(rendered::add);
      Manifests.kustomize(environment).ifPresent(rendered::add);
      for (String yaml : rendered) {
        assertThat(yaml.lines().filter(line -> line.contains("image: ")))
            .hasSizeGreaterThanOrEqualTo(3)
            .allMatch(line -> line.matches(".*:[0-9]+\\.[0-9]+\\.[0-9]+"));
      }
    }
    assertThat(Files.readString(Path.of("../deploy/kubernetes/base/kustomization.yaml")))
        .doesNotContain("latest");
  }

  @Test
  @Tag("H10")
  void opensDualStackAndWhereDnsIs() {
    List<HasMetadata> objects =
        Manifests.read(
            Chart.SHIPPED.render(
                "tenantry",
                "tenantry",
                """
                service: {ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6]}
                networkPolicy:
                  dns:
                    namespaceLabels:
                      kubernetes.io/metadata.name: openshift-dns
                    cidrs: [169.254.20.10/32]
                    ports: [5353]
                  extraEgress:
                    - to: [{namespaceSelector: {}}]
                      ports: [{port: 5432}]
                """));

    assertThat(of(objects, Service.class))
        .allSatisfy(
            service -> {
              assertThat(service.getSpec().getIpFamilyPolicy()).isEqualTo("PreferDualStack");
              assertThat(service.getSpec().getIpFamilies()).containsExactly("IPv4", "IPv6");
            });
    var dns = named(objects, NetworkPolicy.class, "tenantry-name-resolution").getSpec();
    assertThat(dns.getEgress().getFirst().getTo().get(0).getNamespaceSelector().getMatchLabels())
        .containsOnly(entry("kubernetes.io/metadata.name", "openshift-dns"));
    assertThat(dns.getEgress().getFirst().getTo().get(1).getIpBlock().getCidr())
        .isEqualTo("169.254.20.10/32");
    assertThat(dns.getEgress().getFirst().getPorts())
        .extracting(port -> port.getPort().getValue())
        .containsExactly(5353, 5353);
    var servers = named(objects, NetworkPolicy.class, "tenantry-servers").getSpec();
    assertThat(servers.getEgress()).hasSize(2);
    assertThat(servers.getEgress().getFirst().getTo())
        .extracting(to -> to.getIpBlock().getCidr())
        .containsExactly("0.0.0.0/0", "::/0");
    assertThat(servers.getEgress().getFirst().getPorts())
        .extracting(port -> port.getPort().getValue())
        .contains(9092, 9093, 9000);
  }

  @Test
  @Tag("P8")
  void hasNothingOfOperatorUnlessAsked() {
    assertThat(Chart.SHIPPED.render("tenantry", "tenantry", "{}"))
        .doesNotContain("operator:", "rbac.authorization.k8s.io", "CustomResourceDefinition")
        .doesNotContain("component: operator")
        .doesNotContain("component: console");
  }

  @Test
  @Tag("P8")
  void givesOperatorRightsInItsNamespacesOnly() {
    List<HasMetadata> objects =
        Manifests.read(
            Chart.SHIPPED.render(
                "one",
                "tenantry",
                """
                operator:
                  enabled: true
                  namespaces: [team-a, team-b]
                  blueprintNamespaces: [team-a]
                  crds: {install: false}
                """));

    assertThat(of(objects, ClusterRole.class)).isEmpty();
    assertThat(of(objects, CustomResourceDefinition.class)).isEmpty();
    assertThat(of(objects, Role.class))
        .extracting(role -> role.getMetadata().getNamespace() + " " + role.getMetadata().getName())
        .containsExactlyInAnyOrder(
            "team-a one-tenantry-operator",
            "team-b one-tenantry-operator",
            "team-a one-tenantry-operator-blueprints",
            "tenantry one-tenantry-operator-leader");
    Map<String, String> environment = new TreeMap<>();
    named(objects, Deployment.class, "one-tenantry-operator")
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getEnv()
        .forEach(each -> environment.put(each.getName(), String.valueOf(each.getValue())));
    assertThat(environment)
        .containsEntry("OPERATOR_NAMESPACES", "team-a,team-b")
        .containsEntry("OPERATOR_BLUEPRINT_NAMESPACES", "team-a")
        .containsEntry("OPERATOR_LEASE_NAME", "one-tenantry-operator")
        .containsEntry("TENANT_URL", "http://one-tenantry-tenant-service:80")
        .containsEntry("BACKUP_URL", "http://one-tenantry-backup-service:80")
        // What it does not use.
        .doesNotContainKeys("ENCRYPTION_KEY", "CONTROL_DATABASE_PASSWORD");
  }

  @Test
  @Tag("P8")
  void bindsOperatorsRightsToAccountThatIsThereAlready() {
    List<HasMetadata> objects =
        Manifests.read(
            Chart.SHIPPED.render(
                "tenantry",
                "tenantry",
                "operator: {enabled: true, serviceAccount: {create: false, name: mine}}"));

    assertThat(of(objects, RoleBinding.class))
        .hasSize(2)
        .allSatisfy(
            binding -> assertThat(binding.getSubjects().getFirst().getName()).isEqualTo("mine"));
    assertThat(
            named(objects, Deployment.class, "tenantry-operator")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getServiceAccountName())
        .isEqualTo("mine");
    assertThat(of(objects, ServiceAccount.class)).hasSize(3);
  }

  @Test
  @Tag("P8")
  void letsOperatorReachApiServerWhereItIs() {
    List<HasMetadata> objects =
        Manifests.read(
            Chart.SHIPPED.render(
                "tenantry",
                "tenantry",
                """
                operator: {enabled: true}
                networkPolicy: {apiServer: {cidrs: [10.0.0.1/32], ports: [8443]}}
                """));

    var rules = named(objects, NetworkPolicy.class, "tenantry-operator").getSpec().getEgress();
    assertThat(rules.getFirst().getTo())
        .extracting(to -> to.getIpBlock().getCidr())
        .containsExactly("10.0.0.1/32");
    assertThat(rules.getFirst().getPorts())
        .extracting(port -> port.getPort().getValue())
        .containsExactly(8443);
    assertThat(rules.get(1).getTo())
        .extracting(to -> to.getPodSelector().getMatchLabels().get("app.kubernetes.io/component"))
        .containsExactly("tenant-service", "backup-service");
  }

  @Test
  @Tag("H11")
  void makesNoSecretUnlessAsked() {
    for (String environment : List.of("dev", "production")) {
      assertThat(of(Manifests.read(Manifests.helm(environment, "tenantry")), Secret.class))
          .isEmpty();
    }
  }

  @Test
  @Tag("H11")
  void keepsSecretWhenExternalSecretIsDeleted() throws IOException {
    JsonNode secret =
        JSON.valueToTree(
            new Yaml()
                .load(
                    Files.readString(
                        Path.of("../deploy/kubernetes/external-secrets/external-secret.yaml"))));

    assertThat(secret.at("/spec/target/creationPolicy").asText()).isEqualTo("Orphan");
    assertThat(secret.at("/spec/target/deletionPolicy").asText()).isEqualTo("Retain");
    assertThat(secret.at("/spec/target/name").asText()).isEqualTo("tenantry");
  }

  @Test
  @Tag("H11")
  void documentsEveryKeyOfSecret() throws IOException {
    JsonNode schema = JSON.readTree(Chart.SHIPPED.folder().resolve("values.schema.json").toFile());
    Set<String> described = new TreeSet<>();
    schema
        .at("/properties/secret/properties/values/properties")
        .fieldNames()
        .forEachRemaining(described::add);
    Set<String> used = new TreeSet<>();
    for (Deployment deployment :
        of(
            Manifests.read(Manifests.helm("production", "tenantry", "console: {enabled: true}")),
            Deployment.class)) {
      for (EnvVar variable :
          deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getEnv()) {
        if (variable.getValueFrom() != null) {
          used.add(variable.getValueFrom().getSecretKeyRef().getKey());
        }
      }
    }
    String documented = Files.readString(Path.of("../docs/install.md"));

    assertThat(described).isEqualTo(used);
    assertThat(used).allMatch(key -> documented.contains("`" + key + "`"));
  }

  @ParameterizedTest
  @CsvSource({"1.26.15, false", "1.27.0, true", "v1.31.2-eks-1234567, true", "1.35.0, true"})
  @Tag("H6")
  void needsVersionOfKubernetesThatIsDocumented(String version, boolean accepted)
      throws IOException {
    assertThat(Files.readString(Path.of("../docs/install.md")))
        .contains("Kubernetes 1.27 or newer");
    if (accepted) {
      assertThat(Chart.SHIPPED.renderFor(version, "tenantry", "tenantry", "{}")).isNotEmpty();
    } else {
      assertThatThrownBy(() -> Chart.SHIPPED.renderFor(version, "tenantry", "tenantry", "{}"))
          .hasMessageContaining("chart requires kubeVersion");
    }
  }

  private static <T extends HasMetadata> List<T> of(List<HasMetadata> objects, Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static <T extends HasMetadata> T one(String rendered, Class<T> kind) {
    return of(Manifests.read(rendered), kind).getFirst();
  }

  private static <T extends HasMetadata> T named(
      List<HasMetadata> objects, Class<T> kind, String name) {
    return of(objects, kind).stream()
        .filter(object -> object.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
