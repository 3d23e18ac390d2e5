package io.tenantry.operator.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.KubernetesControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API server accepts the examples, and refuses what is not in the definitions. */
@Tag("P8")
class ExamplesIT {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path EXAMPLES = PROJECT.resolve("docs/examples/kubernetes");

  private static KubernetesControlPlane cluster;
  private static String namespace;

  @BeforeAll
  static void applyDefinitions() {
    cluster = KubernetesControlPlane.shared();
    namespace = cluster.createNamespace("examples");
    cluster.kubectl(
        "apply",
        "--server-side",
        "--force-conflicts",
        "--kustomize=" + PROJECT.resolve("deploy/kubernetes/crds"));
    cluster.kubectl(
        "wait",
        "--for=condition=Established",
        "customresourcedefinition",
        "--selector=app.kubernetes.io/part-of=tenantry");
  }

  static List<Path> examples() {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void acceptsExample(Path example) throws IOException {
    // In a namespace that exists.
    var result = apply(Files.readString(example).replace("team-a", namespace));

    assertThat(result.errors()).isEmpty();
    assertThat(result.status()).isZero();
  }

  @Test
  void refusesUnknownField() throws IOException {
    var result =
        apply(
            Files.readString(EXAMPLES.resolve("tenant.yaml"))
                .replace("environment:", "enviroment: production\n  environment:"));

    assertThat(result.status()).isNotZero();
    assertThat(result.errors()).contains("enviroment");
  }

  private static KubernetesControlPlane.Result apply(String yaml) {
    return cluster.tryKubectl(
        yaml,
        "apply",
        "--server-side",
        "--dry-run=server",
        "--validate=strict",
        "--namespace=" + namespace,
        "--filename=-");
  }
}
