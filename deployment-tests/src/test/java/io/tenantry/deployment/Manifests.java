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
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

  private static final Path DEPLOY = Path.of("../deploy");
  private static final Map<String, Class<? extends HasMetadata>> MODELS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/Namespace", Namespace.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "v1/Secret", Secret.class,
          "v1/Service", Service.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "apps/v1/Deployment", Deployment.class,
          "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);

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

  /** The chart with the values of an environment. */
  static String helm(String environment, String namespace) {
    return Chart.SHIPPED.render("tenantry", namespace, Chart.SHIPPED.environment(environment));
  }

  /** The overlay of an environment; empty where there is neither kustomize nor kubectl. */
  static Optional<String> kustomize(String environment) {
    String folder = DEPLOY.resolve("kubernetes/overlays").resolve(environment).toString();
    return run("kustomize", "build", folder).or(() -> run("kubectl", "kustomize", folder));
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
        if (!names.add(object.getKind() + "/" + object.getMetadata().getName())) {
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
