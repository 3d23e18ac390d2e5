package io.tenantry.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Json;
import io.tenantry.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P5")
class WaitingTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final Terminal terminal =
      new Terminal(
          InputStream.nullInputStream(),
          OutputStream.nullOutputStream(),
          said,
          Map.of(),
          Terminal.Attached.NONE);
  private final Waiting waiting = new Waiting();

  private static JsonNode job(String status) {
    return Json.body().with("status", status).node();
  }

  private JsonNode until(Iterator<JsonNode> states) {
    return waiting.until(
        new Waiting.Subject("backup", "tenantctl jobs wait 7"),
        held -> states.next(),
        states.next(),
        Waiting.View::ofJob,
        state -> state.path("status").asText().equals("completed"),
        terminal);
  }

  @Test
  void returnsAtOnceWhatIsDone() {
    assertThat(until(List.of(job("completed")).iterator()).path("status").asText())
        .isEqualTo("completed");
  }

  @Test
  void reportsEachPhaseOnce() {
    until(List.of(job("waiting"), job("running"), job("running"), job("completed")).iterator());

    assertThat(said.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("backup: waiting", "backup: running", "backup: completed");
  }

  @Test
  void stopsAtLimitAndSaysHowToWaitAgain() {
    waiting.limit = Duration.ZERO;

    assertThatThrownBy(() -> until(List.of(job("running"), job("running")).iterator()))
        .asInstanceOf(type(CommandException.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ExitCode.UNREACHABLE);
              assertThat(e).hasMessage("backup not finished within 0 s; it continues");
              assertThat(e.advice()).contains("tenantctl jobs wait 7");
            });
    assertThat(waiting.isAsked()).isTrue();
  }

  @Test
  void letsServiceHoldRequestWithinLimit() {
    assertThat(heldAtMost(null)).isEqualTo(Duration.ofSeconds(2));
    assertThat(heldAtMost(Duration.ofHours(1))).isEqualTo(Duration.ofSeconds(2));
    assertThat(heldAtMost(Duration.ofMillis(1990))).isEqualTo(Duration.ofSeconds(1));
    assertThat(heldAtMost(Duration.ofMillis(990))).isZero();
  }

  private Duration heldAtMost(Duration limit) {
    waiting.limit = limit;
    AtomicReference<Duration> asked = new AtomicReference<>();
    waiting.until(
        new Waiting.Subject("backup", "tenantctl jobs wait 7"),
        held -> {
          asked.set(held);
          return job("completed");
        },
        job("running"),
        Waiting.View::ofJob,
        state -> state.path("status").asText().equals("completed"),
        terminal);
    return asked.get();
  }

  @Test
  void showsLatestStepAndProgressOfJob() throws Exception {
    JsonNode running =
        Json.MAPPER.readTree(
            """
            {"status": "running", "steps": [{"name": "dump"}, {"name": "upload"}],
             "progress": {"done": 5, "total": 10, "unit": "bytes"}}
            """);
    JsonNode failed =
        Json.MAPPER.readTree("{\"status\":\"failed\",\"steps\":[{\"name\":\"dump\"}]}");

    assertThat(Waiting.View.ofJob(running)).isEqualTo(new Waiting.View("upload", 5, 10, "bytes"));
    assertThat(Waiting.View.ofJob(failed)).isEqualTo(new Waiting.View("failed", 0, 0, "done"));
  }
}
