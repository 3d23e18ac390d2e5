package io.tenantry.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Prints an item with all its fields, one per line, and lists as small tables. */
final class Details {

  private static final String INDENT = "  ";

  private Details() {}

  static void write(JsonNode item, PrintWriter out) {
    write(item, "", out);
  }

  private static void write(JsonNode item, String indent, PrintWriter out) {
    int width =
        item.propertyStream()
            .filter(e -> isShort(e.getValue()))
            .mapToInt(e -> e.getKey().length())
            .max()
            .orElse(0);
    item.propertyStream()
        .forEach(
            e -> {
              JsonNode value = e.getValue();
              if (isShort(value)) {
                String label = e.getKey() + ":";
                out.println(
                    indent
                        + label
                        + " ".repeat(width + 3 - label.length())
                        + Values.text(value, ""));
              } else {
                out.println(indent + e.getKey() + ":");
                if (value.isObject()) {
                  write(value, indent + INDENT, out);
                } else if (value.isTextual()) {
                  value
                      .asText()
                      .lines()
                      .forEach(l -> out.println(indent + INDENT + Values.escaped(l)));
                } else {
                  table(value, indent + INDENT, out);
                }
              }
            });
  }

  private static boolean isShort(JsonNode value) {
    return value.isArray()
        ? value.isEmpty() || !value.get(0).isObject()
        : value.isObject() ? value.isEmpty() : !value.isTextual() || !value.asText().contains("\n");
  }

  private static void table(JsonNode rows, String indent, PrintWriter out) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> row.propertyStream().forEach(e -> names.add(e.getKey())));
    List<List<String>> cells =
        rows.valueStream()
            .map(row -> names.stream().map(n -> Values.text(row.path(n), "")).toList())
            .toList();
    List<String> titles = List.copyOf(names);
    int[] widths =
        IntStream.range(0, titles.size())
            .map(
                i ->
                    Math.max(
                        titles.get(i).length(),
                        cells.stream().mapToInt(row -> row.get(i).length()).max().orElse(0)))
            .toArray();
    out.println(indent + line(titles, widths));
    cells.forEach(row -> out.println(indent + line(row, widths)));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
    }
    return line.toString().stripTrailing();
  }
}
