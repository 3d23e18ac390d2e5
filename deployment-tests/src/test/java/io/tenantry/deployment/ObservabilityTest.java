package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * Alerts and dashboards. That the metrics they ask for exist, the test of each service's probes
 * proves.
 */
class ObservabilityTest {

  private static final Path FOLDER = Path.of("../deploy/observability");
  private static final Path RULES = FOLDER.resolve("prometheus/alerts.yaml");
  private static final Path DOCS = Path.of("..");

  @Test
  @Tag("P3")
  void givesEachAlertSeverityAndRunbook() throws IOException {
    Set<String> names = new HashSet<>();
    for (Map<?, ?> rule : rules()) {
      assertThat(names.add(rule.get("alert").toString())).as("%s is unique", rule).isTrue();
      assertThat(((Map<?, ?>) rule.get("labels")).get("severity"))
          .isIn("critical", "warning", "info");
      Map<?, ?> annotations = (Map<?, ?>) rule.get("annotations");
      assertThat(annotations.get("summary")).isNotNull();
      String[] runbook = annotations.get("runbook").toString().split("#", 2);
      assertThat(headings(DOCS.resolve(runbook[0]))).contains(runbook[1]);
    }
    assertThat(names).hasSizeGreaterThan(10);
  }

  /** As GitHub makes anchors of headings. */
  private static List<String> headings(Path document) throws IOException {
    try (Stream<String> lines = Files.lines(document)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(
              line ->
                  line.replaceFirst("#+ ", "")
                      .toLowerCase(Locale.ROOT)
                      .replaceAll("[^a-z0-9 -]", "")
                      .replace(' ', '-'))
          .toList();
    }
  }

  private static List<Map<?, ?>> rules() throws IOException {
    Map<?, ?> content = new Yaml().load(Files.readString(RULES));
    List<Map<?, ?>> rules = new ArrayList<>();
    for (Object group : (List<?>) content.get("groups")) {
      for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
        rules.add((Map<?, ?>) rule);
      }
    }
    return rules;
  }

  @Test
  @Tag("P3")
  void firesAlertsAsTheirTestsExpect() throws Exception {
    Process promtool;
    try {
      promtool =
          new ProcessBuilder("promtool", "test", "rules", "alerts.test.yaml")
              .directory(RULES.getParent().toFile())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no promtool (Debian's package prometheus)");
      return;
    }
    String output = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(promtool.waitFor()).as(output).isZero();
  }

  @Test
  @Tag("P3")
  void writesDashboardsThatGrafanaImports() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("grafana"))) {
      for (Path file : files.toList()) {
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
        assertThat(dashboard.path("uid").asText()).startsWith("tenantry-");
        assertThat(dashboard.path("panels").size()).isPositive();
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
          assertThat(ids.add(panel.path("id").asInt())).isTrue();
          assertThat(panel.path("title").asText()).isNotEmpty();
          assertThat(panel.path("fieldConfig").path("defaults").path("unit").asText()).isNotEmpty();
          assertThat(panel.path("targets").path(0).path("expr").asText()).isNotEmpty();
        }
      }
    }
  }
}
