package io.tenantry.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Objects for Kubernetes as Helm and Kustomize render them, each read by the API's own model. */
final class Manifests {

  private static final Path KUBERNETES = Path.of("../deploy/kubernetes");
  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Map.ofEntries(
          entry("v1", ConfigMap.class),
          entry("v1", Namespace.class),
          entry("v1", PersistentVolumeClaim.class),
          entry("v1", Secret.class),
          entry("v1", Service.class),
          entry("v1", ServiceAccount.class),
          entry("apiextensions.k8s.io/v1", CustomResourceDefinition.class),
          entry("apps/v1", Deployment.class),
          entry("autoscaling/v2", HorizontalPodAutoscaler.class),
          entry("networking.k8s.io/v1", NetworkPolicy.class),
          entry("policy/v1", PodDisruptionBudget.class),
          entry("rbac.authorization.k8s.io/v1", ClusterRole.class),
          entry("rbac.authorization.k8s.io/v1", ClusterRoleBinding.class),
          entry("rbac.authorization.k8s.io/v1", Role.class),
          entry("rbac.authorization.k8s.io/v1", RoleBinding.class));

  /** The models put fields that they do not know aside; here those are errors. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated member) {
                  return false;
                }
              })
          .build();

  private Manifests() {}

  private static Map.Entry<String, Class<? extends HasMetadata>> entry(
      String version, Class<? extends HasMetadata> kind) {
    return Map.entry(version + "/" + kind.getSimpleName(), kind);
  }

  /** The chart with the values of an environment. */
  static String helm(String environment, String namespace) {
    return helm(environment, namespace, "{}");
  }

  /** The chart with the values of an environment and more. */
  static String helm(String environment, String namespace, String values) {
    return Chart.SHIPPED.render(
        "tenantry", namespace, Chart.SHIPPED.environment(environment), values);
  }

  /** The overlay of an environment; empty where there is neither kustomize nor kubectl. */
  static Optional<String> kustomize(String environment) {
    return build(KUBERNETES.resolve("overlays").resolve(environment));
  }

  /**
   * The overlay of an environment with a component of the operator, as a user's own overlay has it.
   *
   * @param more lines of its kustomization
   */
  static Optional<String> kustomize(
      String environment, String namespace, String component, String more) {
    return build(environment, namespace, "operator/" + component, more);
  }

  /**
   * The overlay of an environment with the component of the console.
   *
   * @param registry what the image's name starts with
   */
  static Optional<String> kustomizeConsole(String environment, String namespace, String registry) {
    return build(
        environment,
        namespace,
        "console",
        "images: [{name: tenantry/console, newName: %stenantry/console}]%n".formatted(registry));
  }

  private static Optional<String> build(
      String environment, String namespace, String component, String more) {
    Path folder = Path.of("target", "kustomize", environment + "-" + component.replace('/', '-'));
    Path kubernetes = folder.toAbsolutePath().relativize(KUBERNETES.toAbsolutePath().normalize());
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("kustomization.yaml"),
          """
          apiVersion: kustomize.config.k8s.io/v1beta1
          kind: Kustomization
          namespace: %s
          resources: [%s/overlays/%s]
          components: [%s/%s]
          %s\
          """
              .formatted(namespace, kubernetes, environment, kubernetes, component, more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return build(folder);
  }

  /** The operator's rights in one namespace. */
  static Optional<String> kustomizeNamespaceOfOperator() {
    return build(KUBERNETES.resolve("operator/namespace"));
  }

  private static Optional<String> build(Path folder) {
    return run("kustomize", "build", folder.toString())
        .or(() -> run("kubectl", "kustomize", folder.toString()));
  }

  private static Optional<String> run(String... command) {
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      // There is no such program.
      return Optional.empty();
    }
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + errors);
      }
      return Optional.of(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads what was rendered.
   *
   * @throws IllegalArgumentException if a field is none of the API's, or there twice, or of another
   *     type
   */
  static List<HasMetadata> read(String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<HasMetadata> objects = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Object document : new Yaml(options).loadAll(yaml)) {
      if (document instanceof Map<?, ?> map) {
        HasMetadata object = read(map);
        String name =
            object.getKind()
                + "/"
                + object.getMetadata().getNamespace()
                + "/"
                + object.getMetadata().getName();
        if (!names.add(name)) {
          throw new IllegalArgumentException("twice: " + object.getMetadata().getName());
        }
        objects.add(object);
      }
    }
    return objects;
  }

  private static HasMetadata read(Map<?, ?> document) {
    String type = document.get("apiVersion") + "/" + document.get("kind");
    Class<? extends HasMetadata> model = MODELS.get(type);
    if (model == null) {
      throw new IllegalArgumentException("no object of this kind is expected: " + type);
    }
    try {
      String json = STRICT.writeValueAsString(document);
      return STRICT.readValue(json, model);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(type + ": " + e.getOriginalMessage(), e);
    }
  }
}
