package io.tenantry.operator.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference of the objects is that of their definitions. */
class ReferenceTest {

  private static final Path REFERENCE = Path.of("../docs/operator-api.md");

  @Test
  @Tag("P8")
  void documentsEveryFieldOfDefinitions(@TempDir Path directory) throws IOException {
    String written = render(directory);
    if (Boolean.getBoolean("tenantry.docs.update")) {
      Files.writeString(REFERENCE, written);
    }

    assertThat(REFERENCE)
        .as("rewrite it: deploy/local/test operator ReferenceTest -Dtenantry.docs.update=true")
        .content()
        .isEqualTo(written);
  }

  private static String render(Path directory) {
    StringBuilder text =
        new StringBuilder(
            """
            # Kubernetes objects

            Written from the definitions (`deploy/kubernetes/crds`); `kubectl explain` shows the same. [operator.md](operator.md) says how to use them.
            Fields in **bold** are required.
            """);
    Definitions.generate(directory)
        .values()
        .forEach(yaml -> describe(Definitions.parse(yaml), text));
    return text.toString();
  }

  private static void describe(JsonNode definition, StringBuilder text) {
    JsonNode names = definition.at("/spec/names");
    for (JsonNode version : definition.at("/spec/versions")) {
      JsonNode schema = version.at("/schema/openAPIV3Schema");
      text.append("\n## ").append(names.get("kind").asText()).append("\n\n");
      text.append(
          "`%s/%s`, %s; `kubectl get %s`, short `%s`.%n"
              .formatted(
                  definition.at("/spec/group").asText(),
                  version.get("name").asText(),
                  definition.at("/spec/scope").asText().equals("Namespaced")
                      ? "in a namespace"
                      : "of the cluster",
                  names.get("plural").asText(),
                  names.at("/shortNames/0").asText()));
      text.append("\nColumns: ").append(columns(version, 0));
      String more = columns(version, 1);
      text.append(more.isEmpty() ? "" : "; with `-o wide` also " + more).append(".\n");
      for (String part : List.of("spec", "status")) {
        text.append("\n### ").append(part).append(" of ").append(names.get("kind").asText());
        text.append("\n\n| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
        rows("", schema.at("/properties/" + part), text);
      }
      List<String> rules = new ArrayList<>();
      rules(schema, rules);
      if (!rules.isEmpty()) {
        text.append("\nRefused by the API server:\n\n");
        rules.forEach(rule -> text.append("- ").append(rule).append('\n'));
      }
    }
  }

  private static String columns(JsonNode version, int priority) {
    return StreamSupport.stream(version.path("additionalPrinterColumns").spliterator(), false)
        .filter(column -> column.path("priority").asInt() == priority)
        .map(column -> column.get("name").asText())
        .collect(Collectors.joining(", "));
  }

  private static void rows(String path, JsonNode schema, StringBuilder text) {
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    schema
        .path("properties")
        .forEachEntry(
            (name, field) -> {
              String full = path + name;
              text.append(
                  "| %s | %s | %s | %s |%n"
                      .formatted(
                          required.contains(name) ? "**`" + full + "`**" : "`" + full + "`",
                          type(field),
                          field.has("default") ? "`" + field.get("default").asText() + "`" : "",
                          field.path("description").asText().replace("|", "\\|")));
              rows(full + ".", field, text);
              rows(full + "[].", field.path("items"), text);
            });
  }

  private static String type(JsonNode field) {
    if (field.has("enum")) {
      return StreamSupport.stream(field.get("enum").spliterator(), false)
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", "));
    }
    String type = field.path("type").asText("any");
    if (type.equals("array")) {
      return "list of " + type(field.get("items"));
    }
    String range =
        field.has("minimum") || field.has("maximum")
            ? " "
                + (field.has("minimum") ? field.get("minimum").asLong() : "")
                + " to "
                + (field.has("maximum") ? field.get("maximum").asLong() : "")
            : "";
    String pattern =
        field.has("pattern") ? " `" + field.get("pattern").asText().replace("|", "\\|") + "`" : "";
    return (type + range + pattern).strip();
  }

  private static void rules(JsonNode schema, List<String> rules) {
    schema
        .path("x-kubernetes-validations")
        .forEach(
            rule ->
                rules.add(rule.get("message").asText() + ": `" + rule.get("rule").asText() + "`"));
    schema.path("properties").forEach(field -> rules(field, rules));
  }
}
