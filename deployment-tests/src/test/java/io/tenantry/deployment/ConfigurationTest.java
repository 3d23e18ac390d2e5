package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The configuration reference says what the code does: docs/configuration.md by hand, and every
 * setting in docs/settings.md, written from the code with {@code -Dtenantry.docs.update=true}.
 */
class ConfigurationTest {

  private static final Path ROOT = Path.of("..");
  private static final Path BY_HAND = ROOT.resolve("docs/configuration.md");
  private static final Path WRITTEN = ROOT.resolve("docs/settings.md");
  private static final Path SHARED =
      ROOT.resolve("kernel/src/main/resources/META-INF/microprofile-config.properties");
  private static final List<String> SERVICES =
      List.of("tenant-service", "ingestion-service", "backup-service");

  /** They have no settings in common with the services. */
  private static final List<String> CLIENTS = List.of("operator", "console");

  /** Decided when a service is built: no variable changes them. */
  private static final Set<String> FIXED =
      Set.of("tenantry.inbox.enabled", "tenantry.jobs.enabled", "tenantry.outbox.enabled");

  @Test
  @Tag("P7")
  void documentsEveryVariable() throws IOException {
    String reference = Files.readString(BY_HAND);
    Map<String, String> variables = new TreeMap<>();
    for (String service : SERVICES) {
      variables.putAll(Settings.variables(List.of(SHARED, properties(service))));
    }
    assertThat(variables).hasSizeGreaterThan(60);
    assertDocumented(variables, reference);
    for (String client : CLIENTS) {
      assertDocumented(Settings.variables(List.of(properties(client))), reference);
    }
  }

  private static void assertDocumented(Map<String, String> variables, String reference) {
    variables.forEach(
        (name, fallback) -> {
          // A family of variables is one row: BACKUP_COPY_S3_….
          List<String> rows =
              reference
                  .lines()
                  .filter(line -> line.startsWith("|"))
                  .filter(line -> names(line, name))
                  .toList();
          assertThat(rows).as(name).isNotEmpty();
          if (!fallback.isEmpty() && !fallback.contains("$")) {
            assertThat(rows).as(name).anyMatch(row -> row.contains(fallback.replace("}", "")));
          }
        });
  }

  private static boolean names(String row, String variable) {
    String first = row.split("(?<!\\\\)\\|", 3)[1];
    if (first.contains('`' + variable + '`')) {
      return true;
    }
    // `BACKUP_COPY_S3_…` and `A_FIRST`, `…_SECOND`
    for (String name : first.split("`", -1)) {
      if (name.endsWith("…") && variable.startsWith(name.substring(0, name.length() - 1))) {
        return true;
      }
    }
    return false;
  }

  @Test
  @Tag("P7")
  void documentsEverySettingWithMeaningAndDefault() throws IOException {
    String written = render();
    if (Boolean.getBoolean("tenantry.docs.update")) {
      Files.writeString(WRITTEN, written);
    }
    assertThat(Files.readString(WRITTEN))
        .as("run the test with -Dtenantry.docs.update=true after a change of settings")
        .isEqualTo(written);
  }

  private static String render() throws IOException {
    Map<String, Map<String, Settings.Setting>> chapters = new LinkedHashMap<>();
    chapters.put("All services", Settings.of(ROOT.resolve("kernel"), List.of(SHARED)));
    for (String service : SERVICES) {
      chapters.put(
          service, Settings.of(ROOT.resolve(service), List.of(SHARED, properties(service))));
    }
    for (String client : CLIENTS) {
      chapters.put(client, Settings.of(ROOT.resolve(client), List.of(properties(client))));
    }
    StringBuilder text =
        new StringBuilder(
            """
            # Every setting

            Written from the code. Most need no change; [configuration.md](configuration.md) names those that do. A setting is given by its environment variable.
            Durations are written `30s`, `10m`; sizes `512K`, `8M`.
            """);
    assertThat(
            chapters.values().stream()
                .flatMap(settings -> settings.entrySet().stream())
                .filter(entry -> entry.getValue().meaning().isEmpty())
                .map(Map.Entry::getKey))
        .as("settings without a comment")
        .isEmpty();
    chapters.forEach(
        (chapter, settings) -> {
          text.append("\n## ").append(chapter).append("\n\n");
          text.append("| variable | meaning | default |\n| --- | --- | --- |\n");
          text.append(
              settings.entrySet().stream()
                  .filter(entry -> !FIXED.contains(entry.getKey()))
                  .map(entry -> row(entry.getValue()))
                  .collect(Collectors.joining("\n", "", "\n")));
        });
    return text.toString();
  }

  private static String row(Settings.Setting setting) {
    String fallback = setting.fallback().isEmpty() ? "" : '`' + setting.fallback() + '`';
    return "| `%s` | %s | %s |".formatted(setting.variable(), setting.meaning(), fallback);
  }

  private static Path properties(String service) {
    return ROOT.resolve(service).resolve("src/main/resources/application.properties");
  }

  @Test
  @Tag("P7")
  void namesOnlyExistingErrorCodesInTroubleshooting() throws IOException {
    Set<String> codes = codes(ROOT.resolve("docs/errors.md"));
    assertThat(codes(ROOT.resolve("docs/troubleshooting.md"))).isNotEmpty().isSubsetOf(codes);
  }

  /** The codes in the first columns of a document's tables. */
  private static Set<String> codes(Path document) throws IOException {
    Set<String> codes = new TreeSet<>();
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith("| `")) {
        String first = line.split("\\|", 3)[1];
        for (String name : first.split("`", -1)) {
          if (name.matches("[A-Z][A-Z_]+")) {
            codes.add(name);
          }
        }
      }
    }
    return codes;
  }
}
