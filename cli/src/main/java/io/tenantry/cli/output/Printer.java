package io.tenantry.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints answers to standard output in the requested format. */
public final class Printer {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Terminal terminal;
  private final Format format;
  private final boolean headers;

  public Printer(Terminal terminal, Format format, boolean headers) {
    this.terminal = terminal;
    this.format = format;
    this.headers = headers;
  }

  public Format format() {
    return format;
  }

  /** Prints an item with all its fields. */
  public void details(JsonNode item, Columns columns) {
    switch (format) {
      case TABLE -> Details.write(item, terminal.out());
      case NAME -> terminal.out().println(columns.name(item));
      case JSON, YAML -> tree(item);
      case CSV -> rows(columns).add(item);
    }
    terminal.out().flush();
  }

  /** A value in one line. */
  public static String line(JsonNode value) {
    return Values.plain(value);
  }

  /** Prints an item as a row. */
  public void row(JsonNode item, Columns columns) {
    switch (format) {
      case TABLE -> {
        Table table = table(columns);
        table.add(item);
        table.flush();
      }
      case NAME -> terminal.out().println(columns.name(item));
      case JSON, YAML -> tree(item);
      case CSV -> rows(columns).add(item);
    }
    terminal.out().flush();
  }

  /** Prints a list that comes in one answer. */
  public void list(JsonNode answer, Columns columns) {
    try (Rows rows = rows(columns)) {
      answer.path("items").forEach(rows::add);
    }
  }

  /** Starts a list that comes page by page. */
  public Rows rows(Columns columns) {
    return switch (format) {
      case TABLE -> new TableRows(table(columns));
      case NAME -> new NameRows(terminal.out(), columns);
      case JSON, YAML -> new TreeRows(generator());
      case CSV -> CsvRows.start(terminal.out(), columns, headers);
    };
  }

  /** Prints the items of a list one after the other. */
  public sealed interface Rows extends AutoCloseable {

    void add(JsonNode item);

    /** Prints the items received so far. */
    void pageEnds();

    /** Reports the key where the rest of the list starts. */
    void rest(Optional<String> next);

    @Override
    void close();
  }

  private Table table(Columns columns) {
    return new Table(terminal, columns, headers);
  }

  private void tree(JsonNode item) {
    try (JsonGenerator generator = generator()) {
      generator.writeTree(item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (format == Format.JSON) {
      terminal.out().println();
    }
  }

  private JsonGenerator generator() {
    try {
      JsonGenerator generator =
          format == Format.YAML
              ? new ObjectMapper(
                      YAMLFactory.builder()
                          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                          .disable(YAMLGenerator.Feature.SPLIT_LINES)
                          .build())
                  .createGenerator(terminal.out())
              : JSON.createGenerator(terminal.out()).useDefaultPrettyPrinter();
      generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      return generator;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record TableRows(Table table) implements Rows {
    @Override
    public void add(JsonNode item) {
      table.add(item);
    }

    @Override
    public void pageEnds() {
      table.flush();
    }

    @Override
    public void rest(Optional<String> next) {}

    @Override
    public void close() {
      table.flush();
    }
  }

  private record NameRows(PrintWriter out, Columns columns) implements Rows {
    @Override
    public void add(JsonNode item) {
      out.println(columns.name(item));
    }

    @Override
    public void pageEnds() {
      out.flush();
    }

    @Override
    public void rest(Optional<String> next) {}

    @Override
    public void close() {
      out.flush();
    }
  }

  private record CsvRows(PrintWriter out, Columns columns) implements Rows {

    static CsvRows start(PrintWriter out, Columns columns, boolean headers) {
      CsvRows rows = new CsvRows(out, columns);
      if (headers) {
        rows.line(columns.all().stream().map(Columns.Column::path));
      }
      return rows;
    }

    private void line(Stream<String> values) {
      out.print(values.map(CsvRows::quoted).collect(Collectors.joining(",")) + "\r\n");
    }

    private static String quoted(String text) {
      return text.chars().anyMatch(each -> ",\"\r\n".indexOf(each) >= 0)
          ? '"' + text.replace("\"", "\"\"") + '"'
          : text;
    }

    @Override
    public void add(JsonNode item) {
      line(columns.all().stream().map(column -> Values.raw(item, column.path())));
    }

    @Override
    public void pageEnds() {
      out.flush();
    }

    @Override
    public void rest(Optional<String> next) {}

    @Override
    public void close() {
      out.flush();
    }
  }

  /** Items are printed as they arrive: a list may not fit into memory. */
  private final class TreeRows implements Rows {
    private final JsonGenerator generator;
    private Optional<String> rest = Optional.empty();

    TreeRows(JsonGenerator generator) {
      this.generator = generator;
      try {
        generator.writeStartObject();
        generator.writeArrayFieldStart("items");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void add(JsonNode item) {
      try {
        generator.writeTree(item);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void pageEnds() {
      terminal.out().flush();
    }

    @Override
    public void rest(Optional<String> next) {
      rest = next;
    }

    @Override
    public void close() {
      try {
        generator.writeEndArray();
        if (rest.isPresent()) {
          generator.writeStringField("next", rest.get());
        }
        generator.writeEndObject();
        generator.close();
        if (format == Format.JSON) {
          terminal.out().println();
        }
        terminal.out().flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
