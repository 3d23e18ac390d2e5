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
 * Compares what {@link RecordAnswers} noted of two runs of the same requests: the same requests
 * must have been answered with the same statuses, the same fields, and values written in the same
 * way. Ids, times and numbers differ between runs; how they are written does not.
 */
public final class CompareAnswers {

  private static final Pattern ID =
      Pattern.compile("[0-9a-f]{8}([-_])[0-9a-f]{4}\\1[0-9a-f]{4}\\1[0-9a-f]{4}\\1[0-9a-f]{12}");

  /** How a value may be written, the first that fits. */
  private static final Map<String, Pattern> STYLES = styles();

  private CompareAnswers() {}

  private static Map<String, Pattern> styles() {
    Map<String, Pattern> styles = new LinkedHashMap<>();
    styles.put("id", Pattern.compile(ID.pattern()));
    styles.put("time", Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z"));
    styles.put("duration", Pattern.compile("PT[0-9A-Z.]+"));
    styles.put("digits", Pattern.compile("\\d+"));
    styles.put("UPPER CASE", Pattern.compile("[A-Z][A-Z0-9_]*"));
    styles.put("lower case", Pattern.compile("[a-z][a-z0-9_.-]*"));
    return styles;
  }

  /**
   * Prints each difference and ends with status 1 if there is one.
   *
   * @param arguments the two files, and what each run is called
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

  /** One line for each field that only one run has or writes otherwise. */
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
            "%s: %s %s, %s %s".formatted(field, nameOfFirst, words(a), nameOfSecond, words(b)));
      }
    }
    return differences;
  }

  private static String words(Set<String> styles) {
    return styles.isEmpty() ? "has none" : "has " + String.join(" or ", styles);
  }

  /** How each field of each answer is written, by request, status and the field's path. */
  private static Map<String, Set<String>> fields(List<String> lines) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Map<String, Set<String>> fields = new TreeMap<>();
    for (String line : lines) {
      JsonNode answer = mapper.readTree(line);
      String request =
          "%s %s %s %d"
              .formatted(
                  answer.path("service").asText(),
                  answer.path("method").asText(),
                  ID.matcher(answer.path("path").asText()).replaceAll("{id}"),
                  answer.path("status").asInt());
      add(fields, request + " content type", answer.path("type").asText());
      collect(answer.path("body"), request + " ", fields);
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
      add(fields, path, style(node));
    }
  }

  private static void add(Map<String, Set<String>> fields, String path, String style) {
    fields.computeIfAbsent(path, _ -> new TreeSet<>()).add(style);
  }

  private static String style(JsonNode value) {
    if (!value.isTextual()) {
      return value.getNodeType().toString().toLowerCase(Locale.ROOT);
    }
    return STYLES.entrySet().stream()
        .filter(style -> style.getValue().matcher(value.asText()).matches())
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("text");
  }
}
