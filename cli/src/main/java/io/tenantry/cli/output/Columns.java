package io.tenantry.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of a table: each {@code TITLE path} or {@code TITLE path format}, with a dotted path.
 * The first column is the item's name, which {@code -o name} prints.
 */
public record Columns(List<Column> all) {

  /** Parses columns such as {@code SIZE file.bytes bytes}. */
  public static Columns of(String... columns) {
    return new Columns(Arrays.stream(columns).map(Column::parse).toList());
  }

  /** The name of an item. */
  public String name(JsonNode item) {
    return all.getFirst().text(item);
  }

  record Column(String title, String path, String format) {

    static Column parse(String text) {
      List<String> parts = List.of(text.split(" ", 3));
      return new Column(parts.get(0), parts.get(1), parts.size() > 2 ? parts.get(2) : "");
    }

    boolean isRight() {
      return switch (format) {
        case "n", "bytes", "ms", "size" -> true;
        default -> false;
      };
    }

    String text(JsonNode item) {
      return Values.text(Values.at(item, path), format);
    }
  }
}
