package io.tenantry.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.KubernetesControlPlane.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples for Kubernetes in the documentation. */
@Tag("P8")
class ExamplesIT {

  private final OperatorStack stack = OperatorStack.withoutOperator();

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "docs/examples/kubernetes"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void apiServerAcceptsExample(Path example) throws IOException {
    Result result =
        stack
            .kubernetes()
            .tryKubectl(
                Files.readString(example),
                "create",
                "--dry-run=server",
                "--namespace=" + stack.home(),
                "--filename=-");

    // Without warnings of the server, as about pods that the namespace would refuse.
    assertThat(result.errors()).isEmpty();
    assertThat(result.status()).isZero();
  }
}
