package io.tenantry.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import io.tenantry.cli.output.Columns.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Formats rows in columns that are as wide as the widest value printed so far. */
final class Table {

  private static final String GAP = "   ";

  private final Terminal terminal;
  private final List<Column> columns;
  private final boolean headers;
  private final List<List<String>> waiting = new ArrayList<>();
  private final int[] widths;
  private boolean started;

  Table(Terminal terminal, Columns columns, boolean headers) {
    this.terminal = terminal;
    this.columns = columns.all();
    this.headers = headers;
    this.widths = new int[this.columns.size()];
  }

  void add(JsonNode item) {
    waiting.add(columns.stream().map(column -> column.text(item)).toList());
  }

  /** Prints the buffered rows; later columns are at least as wide. */
  void flush() {
    List<String> titles = columns.stream().map(Column::title).toList();
    if (!started && headers) {
      measure(titles);
    }
    waiting.forEach(this::measure);
    if (!started && headers) {
      write(titles, true);
    }
    started = true;
    waiting.forEach(row -> write(row, false));
    waiting.clear();
    terminal.out().flush();
  }

  private void measure(List<String> row) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], row.get(i).length());
    }
  }

  private void write(List<String> row, boolean title) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String text = row.get(i);
      String padding = " ".repeat(widths[i] - text.length());
      String shown = title ? styled(Style.BOLD, text) : styled(Style.ofState(text), text);
      line.append(columns.get(i).isRight() ? padding + shown : shown + padding).append(GAP);
    }
    terminal.out().println(line.toString().stripTrailing());
  }

  private String styled(@Nullable Style style, String text) {
    return style != null && terminal.colouredOutput() ? style.apply(text) : text;
  }
}
