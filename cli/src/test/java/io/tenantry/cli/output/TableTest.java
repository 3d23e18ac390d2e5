package io.tenantry.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.api.Json;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P5")
class TableTest {

  private static final Columns COLUMNS = Columns.of("NAME name", "STATUS status", "SIZE size n");

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private Table table(Map<String, String> environment, boolean onTerminal, boolean headers) {
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            written,
            OutputStream.nullOutputStream(),
            environment,
            new Terminal.Attached(false, onTerminal, false));
    return new Table(terminal, COLUMNS, headers);
  }

  private static JsonNode item(String name, String status, long size) {
    return Json.body().with("name", name).with("status", status).with("size", size).node();
  }

  private String output() {
    return written.toString(StandardCharsets.UTF_8);
  }

  @Test
  void alignsColumns() {
    Table table = table(Map.of(), false, true);
    table.add(item("a", "active", 5));
    table.add(item("a-longer-name", "failed", 12345));
    table.flush();

    assertThat(output().lines())
        .containsExactly(
            "NAME            STATUS    SIZE",
            "a               active       5",
            "a-longer-name   failed   12345");
  }

  @Test
  void writesHeadersOnceAndKeepsWidths() {
    Table table = table(Map.of(), false, true);
    table.add(item("long-name", "active", 5));
    table.flush();
    table.add(item("b", "active", 7));
    table.flush();

    assertThat(output().lines())
        .containsExactly(
            "NAME        STATUS   SIZE", "long-name   active      5", "b           active      7");
  }

  @Test
  void writesRowsOnlyWithoutHeaders() {
    Table table = table(Map.of(), false, false);
    table.add(item("a", "x", 1));
    table.flush();

    assertThat(output().lines()).containsExactly("a   x   1");
  }

  @Test
  void coloursStatesOnTerminalOnly() {
    Table coloured = table(Map.of(), true, true);
    coloured.add(item("a", "active", 1));
    coloured.flush();
    assertThat(output()).contains("\u001b[1mSTATUS\u001b[0m", "\u001b[32mactive\u001b[0m");

    written.reset();
    for (Map<String, String> environment :
        List.of(Map.of("NO_COLOR", "1"), Map.of("TERM", "dumb"))) {
      Table plain = table(environment, true, true);
      plain.add(item("a", "active", 1));
      plain.flush();
    }
    assertThat(output()).contains("active").doesNotContain("\u001b");
  }
}
