package io.tenantry.console.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The console's errors are those of the services, which the kernel's tests compare with the same
 * page.
 */
class ConsoleErrorTest {

  @ParameterizedTest
  @EnumSource
  @Tag("T19")
  void hasStatusAndMeaningOfTheServicesCode(ConsoleError error) throws IOException {
    assertThat(Files.readAllLines(Path.of("../docs/errors.md")))
        .contains(
            "| `%s` | %d | %s | %s |"
                .formatted(error, error.status(), error.retryable() ? "yes" : "no", error.title()));
  }
}
