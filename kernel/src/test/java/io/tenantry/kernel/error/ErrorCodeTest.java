package io.tenantry.kernel.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.http.ProblemDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The documented codes are the ones there are. */
class ErrorCodeTest {

  @Test
  @Tag("T19")
  void documentsEveryCodeWithStatusAndMeaning() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/errors.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            Stream.of(ErrorCode.values())
                .map(
                    code ->
                        "| `%s` | %d | %s | %s |"
                            .formatted(
                                code, code.status(), code.retryable() ? "yes" : "no", code.title()))
                .toList());
  }

  @Test
  @Tag("T19")
  void rendersCodeAsProblemDetail() {
    ProblemDetail problem = ProblemDetail.of(ErrorCode.TENANT_NAME_TAKEN, "It is.", List.of());

    assertThat(problem.type()).isEqualTo("urn:tenantry:problem:tenant-name-taken");
    assertThat(problem.status()).isEqualTo(409);
    assertThat(problem.retryable()).isFalse();
  }
}
