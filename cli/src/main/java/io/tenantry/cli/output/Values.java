package io.tenantry.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats JSON values for people. */
public final class Values {

  private static final String NONE = "-";
  private static final int FEW = 2;

  private Values() {}

  /** The value at a dotted path. */
  static JsonNode at(JsonNode item, String path) {
    return item.at("/" + path.replace('.', '/'));
  }

  /** The value at a dotted path for other programs; empty if there is none. */
  static String raw(JsonNode item, String path) {
    JsonNode value = at(item, path);
    return value.isContainerNode() ? value.toString() : value.asText("");
  }

  static String text(JsonNode value, String format) {
    if (value.isMissingNode() || value.isNull()) {
      return NONE;
    }
    return switch (format) {
      case "time" -> time(value.asText());
      case "bytes" -> bytes(value.asLong());
      case "ms" -> value.asLong() + " ms";
      case "few" -> few(value);
      case "size" -> Integer.toString(value.size());
      case "yes" -> value.asBoolean() ? "yes" : "no";
      default -> plain(value);
    };
  }

  /** The first of several values, and the number of further ones. */
  private static String few(JsonNode values) {
    return values.size() <= FEW
        ? plain(values)
        : values.valueStream().limit(FEW).map(Values::plain).collect(Collectors.joining(","))
            + " and %d more".formatted(values.size() - FEW);
  }

  /** One line for any value. */
  static String plain(JsonNode value) {
    if (value.isArray()) {
      return value.isEmpty()
          ? NONE
          : value.valueStream().map(Values::plain).collect(Collectors.joining(","));
    }
    if (value.isObject()) {
      return value.isEmpty()
          ? NONE
          : value
              .propertyStream()
              .map(e -> e.getKey() + "=" + plain(e.getValue()))
              .collect(Collectors.joining(","));
    }
    return value.asText().isEmpty() ? NONE : escaped(value.asText());
  }

  /** Escapes control characters, so that foreign text cannot control the terminal. */
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.chars()
        .forEach(
            c -> {
              if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                safe.append(String.format("\\u%04x", c));
              } else {
                safe.append((char) c);
              }
            });
    return safe.toString();
  }

  private static String time(String text) {
    try {
      return Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeParseException e) {
      return escaped(text);
    }
  }

  /** 1536 as {@code 1.5 KiB}. */
  public static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double number = bytes;
    int unit = 0;
    while (number >= 1024 && unit < units.length - 1) {
      number /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", number, units[unit]);
  }
}
