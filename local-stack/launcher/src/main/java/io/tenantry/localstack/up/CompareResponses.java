package io.tenantry.localstack.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Compares the responses that {@link RecordResponses} recorded in two runs of the same requests.
 * Statuses, fields and the formats of values must be equal. Ids, times and numbers differ between
 * runs, but their formats must not.
 */
public final class CompareResponses {

  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}([-_])[0-9a-f]{4}\\1[0-9a-f]{4}\\1[0-9a-f]{4}\\1[0-9a-f]{12}");

  /** The formats of values; the first match applies. */
  private static final Map<String, Pattern> FORMATS = formats();

  private CompareResponses() {}

  private static Map<String, Pattern> formats() {
    Map<String, Pattern> formats = new LinkedHashMap<>();
    formats.put("id", Pattern.compile(ID.pattern()));
    formats.put("time", Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"));
    formats.put("duration", Pattern.compile("PT[0-9A-Z.]+"));
    formats.put("digits", Pattern.compile("\\d+"));
    formats.put("UPPER CASE", Pattern.compile("[A-Z][A-Z0-9_]*"));
    formats.put("lower case", Pattern.compile("[a-z][a-z0-9_.-]*"));
    return formats;
  }

  /**
   * Prints each difference and exits with status 1 if there is one.
   *
   * @param arguments the two files, and a name for each run
   */
  public static void main(String[] arguments) throws IOException {
    List<String> differences =
        differences(
            Files.readAllLines(Path.of(arguments[0])),
            Files.readAllLines(Path.of(arguments[1])),
            arguments[2],
            arguments[3]);
    differences.forEach(System.out::println);
    System.exit(differences.isEmpty() ? 0 : 1);
  }

  /** Returns one line for each field that only one run has, or that has another format. */
  static List<String> differences(
      List<String> first, List<String> second, String nameOfFirst, String nameOfSecond)
      throws IOException {
    Map<String, Set<String>> ofFirst = fields(first);
    Map<String, Set<String>> ofSecond = fields(second);
    List<String> differences = new ArrayList<>();
    Set<String> all = new TreeSet<>(ofFirst.keySet());
    all.addAll(ofSecond.keySet());
    for (String field : all) {
      Set<String> a = ofFirst.getOrDefault(field, Set.of());
      Set<String> b = ofSecond.getOrDefault(field, Set.of());
      if (!a.equals(b)) {
        differences.add(
            "%s: %s %s, %s %s"
                .formatted(field, nameOfFirst, describe(a), nameOfSecond, describe(b)));
      }
    }
    return differences;
  }

  private static String describe(Set<String> formats) {
    return formats.isEmpty() ? "has none" : "has " + String.join(" or ", formats);
  }

  /** The formats of each field of the responses, by request, status and the field's path. */
  private static Map<String, Set<String>> fields(List<String> lines) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Set<String>> fields = new TreeMap<>();
    for (String line : lines) {
      JsonNode response = mapper.readTree(line);
      String request =
          "%s %s %s %d"
              .formatted(
                  response.path("service").asText(),
                  response.path("method").asText(),
                  ID.matcher(response.path("path").asText()).replaceAll("{id}"),
                  response.path("status").asInt());
      add(fields, request + " content type", response.path("type").asText());
      collect(response.path("body"), request + " ", fields);
    }
    return fields;
  }

  private static void collect(JsonNode node, String path, Map<String, Set<String>> fields) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  collect(
                      field.getValue(),
                      path + "/" + ID.matcher(field.getKey()).replaceAll("{id}"),
                      fields));
    } else if (node.isArray()) {
      node.forEach(element -> collect(element, path + "[]", fields));
    } else if (!node.isMissingNode()) {
      add(fields, path, format(node));
    }
  }

  private static void add(Map<String, Set<String>> fields, String path, String format) {
    fields.computeIfAbsent(path, _ -> new TreeSet<>()).add(format);
  }

  private static String format(JsonNode value) {
    if (!value.isTextual()) {
      return value.getNodeType().toString().toLowerCase(Locale.ROOT);
    }
    return FORMATS.entrySet().stream()
        .filter(format -> format.getValue().matcher(value.asText()).matches())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("text");
  }
}
