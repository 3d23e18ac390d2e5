package io.tenantry.localstack.up;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.localstack.up.Progress.Done;
import io.tenantry.localstack.up.Progress.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);

  @Test
  void inAFileThereIsOneLinePerThingAndNothingElse() {
    Progress progress = new Progress(out, Output.PLAIN);

    progress.showStarting("Kafka");
    progress.printDone("Kafka", "127.0.0.1:19092", Duration.ofMillis(2345));
    int answer = progress.step("tenant", () -> new Done<>(42, "is active"));
    progress.print("that is all");

    assertThat(answer).isEqualTo(42);
    assertThat(text().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches(" {2}Kafka +127\\.0\\.0\\.1:19092 +2\\.3 s"),
            line -> assertThat(line).matches(" {2}tenant +is active +0\\.\\d s"),
            line -> assertThat(line).isEqualTo("that is all"));
  }

  @Test
  void inATerminalWhatIsUnderWayIsShownUntilItIsDone() {
    Progress progress = new Progress(out, Output.TERMINAL);

    progress.showStarting("tenant");
    assertThat(text()).isEqualTo("  tenant …");
    progress.printDone("tenant", "is active", Duration.ofSeconds(1));

    assertThat(text()).startsWith("  tenant …\r\u001b[K  tenant ").endsWith("1.0 s\n");
  }

  private String text() {
    return written.toString(StandardCharsets.UTF_8);
  }
}
