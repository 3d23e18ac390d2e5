package io.tenantry.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.yaml.snakeyaml.Yaml;

/** What native executables need of the files around them: how they are built, limited, watched. */
class NativeExecutablesTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern HEAP = Pattern.compile("MaximumHeapSizePercent=(\\d+)");
  private static final long MIB = 1 << 20;

  /** Code and image heap that a service maps, as measured; the heap comes on top. */
  private static final long MAPPED = 150 * MIB;

  /** Bodies in flight and what waits for the broker, 64 MiB each, and what a service always has. */
  private static final long NEEDED = 256 * MIB;

  @Test
  @Tag("N5")
  void activatesEachNativeProfileByProperty() throws Exception {
    int found = 0;
    for (Path pom : poms()) {
      NodeList profiles =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(pom.toFile())
              .getElementsByTagName("profile");
      for (int i = 0; i < profiles.getLength(); i++) {
        Element profile = (Element) profiles.item(i);
        if (text(profile, "id").equals("native")) {
          found++;
          NodeList activation = profile.getElementsByTagName("property");
          assertThat(activation.getLength()).as("%s: -Dnative activates it", pom).isOne();
          assertThat(text((Element) activation.item(0), "name")).isEqualTo("native");
        }
      }
    }
    assertThat(found).isGreaterThan(1);
  }

  private static String text(Element parent, String name) {
    return parent.getElementsByTagName(name).item(0).getTextContent();
  }

  private static List<Path> poms() throws IOException {
    try (Stream<Path> files = Files.find(ROOT, 3, (path, _) -> path.endsWith("pom.xml"))) {
      return files.toList();
    }
  }

  @Test
  @Tag("N6")
  void usesNoMetersOfJvmInAlertsAndDashboards() throws IOException {
    List<String> expressions = new ArrayList<>();
    try (Stream<Path> files = Files.walk(ROOT.resolve("deploy/observability"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".json")) {
          JsonNode dashboard = new ObjectMapper().readTree(file.toFile());
          dashboard.findValuesAsText("expr").forEach(expressions::add);
          dashboard.findValuesAsText("query").forEach(expressions::add);
        } else if (file.toString().endsWith("alerts.yaml")) {
          expressions.add(Files.readString(file));
        }
      }
    }
    assertThat(expressions).hasSizeGreaterThan(10);
    assertThat(expressions)
        .noneMatch(
            each ->
                each.contains("jvm_gc_pause_")
                    || each.contains("jvm_memory_usage_after_gc")
                    || each.contains("jvm_buffer_"));
  }

  @Test
  @Tag("N8")
  void limitsHeapOfExecutablesAndTheirImagesAlike() throws IOException {
    String dockerfile = Files.readString(ROOT.resolve("deploy/docker/Dockerfile.native"));
    String entrypoint =
        dockerfile.lines().filter(line -> line.startsWith("ENTRYPOINT")).findFirst().orElseThrow();

    assertThat(entrypoint).contains("\"-XX:MaximumHeapSizePercent=" + heapPercent() + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dev", "production"})
  @Tag("N8")
  void fitsHeapIntoMemoryOfEachPod(String environment) throws IOException {
    Map<String, Long> limits = new TreeMap<>();
    for (HasMetadata object : Manifests.read(Manifests.helm(environment, "tenantry"))) {
      if (object instanceof Deployment deployment) {
        limits.put(deployment.getMetadata().getName(), limit(deployment));
      }
    }

    assertThat(limits).hasSize(3);
    for (long limit : limits.values()) {
      assertHeapFits(limit);
    }
  }

  @Test
  @Tag("N8")
  void fitsHeapIntoMemoryOfEachContainerAndOfKustomizeBase() throws IOException {
    Map<?, ?> compose =
        new Yaml().load(Files.readString(ROOT.resolve("deploy/compose/compose.yaml")));
    for (String service : List.of("tenant-service", "ingestion-service", "backup-service")) {
      Map<?, ?> container = (Map<?, ?>) ((Map<?, ?>) compose.get("services")).get(service);
      assertHeapFits(bytes(container.get("mem_limit").toString().replaceFirst("m$", "Mi")));
      Map<?, ?> limits = new Yaml().load(limitsOf(service));
      assertHeapFits(bytes(limits.get("memory").toString()));
    }
  }

  /** The lines below {@code limits:} of a service's container. */
  private static String limitsOf(String service) throws IOException {
    String file = Files.readString(ROOT.resolve("deploy/kubernetes/base/" + service + ".yaml"));
    Matcher limits = Pattern.compile("limits:\\s*\\n\\s*(memory: \\S+)").matcher(file);
    assertThat(limits.find()).as(service).isTrue();
    return limits.group(1);
  }

  private static long limit(Deployment deployment) {
    Quantity memory =
        deployment
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getResources()
            .getLimits()
            .get("memory");
    return Quantity.getAmountInBytes(memory).longValueExact();
  }

  private static long bytes(String quantity) {
    return Quantity.getAmountInBytes(new Quantity(quantity)).longValueExact();
  }

  /** A full collection may need as much again as the heap has. */
  private static void assertHeapFits(long limit) throws IOException {
    long heap = limit * heapPercent() / 100;
    assertThat(heap).isGreaterThanOrEqualTo(NEEDED);
    assertThat(2 * heap + MAPPED).isLessThanOrEqualTo(limit);
  }

  /** As the profile for native executables sets it. */
  private static int heapPercent() throws IOException {
    Matcher heap =
        HEAP.matcher(Files.readString(ROOT.resolve("pom.xml")).replaceAll("(?s)<!--.*?-->", ""));
    assertThat(heap.find()).as("the native profile limits the heap").isTrue();
    return Integer.parseInt(heap.group(1));
  }
}
