package io.tenantry.operator.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definitions that are shipped, for Kustomize and for the chart. */
class DefinitionsTest {

  private static final Path DEPLOY = Path.of("..", "deploy");
  private static final List<Path> SHIPPED =
      List.of(DEPLOY.resolve("kubernetes/crds"), DEPLOY.resolve("helm/tenantry/files/crds"));

  @Test
  @Tag("P8")
  void shipsDefinitionsGeneratedFromClasses(@TempDir Path directory) throws IOException {
    Map<String, String> generated = Definitions.generate(directory);

    for (Path shipped : SHIPPED) {
      for (Map.Entry<String, String> file : generated.entrySet()) {
        Path path = shipped.resolve(file.getKey());
        if (Boolean.getBoolean("tenantry.crds.update")) {
          Files.createDirectories(shipped);
          Files.writeString(path, file.getValue());
        }
        assertThat(path)
            .as(
                "rewrite it: deploy/local/test operator DefinitionsTest -Dtenantry.crds.update=true")
            .content()
            .isEqualTo(file.getValue());
      }
    }
  }

  @Test
  @Tag("P8")
  void describesEveryField(@TempDir Path directory) {
    List<String> undescribed = new ArrayList<>();
    Definitions.generate(directory)
        .forEach(
            (name, yaml) -> {
              JsonNode properties =
                  Definitions.parse(yaml).at("/spec/versions/0/schema/openAPIV3Schema/properties");
              find(name + " spec", properties.get("spec"), undescribed);
              find(name + " status", properties.get("status"), undescribed);
            });

    assertThat(undescribed).isEmpty();
  }

  private static void find(String path, JsonNode schema, List<String> undescribed) {
    if (!schema.has("description")) {
      undescribed.add(path);
    }
    schema
        .path("properties")
        .forEachEntry((name, property) -> find(path + "." + name, property, undescribed));
    schema
        .at("/items/properties")
        .forEachEntry((name, property) -> find(path + "." + name, property, undescribed));
  }

  @Test
  @Tag("P8")
  void showsColumnsInOrder(@TempDir Path directory) {
    JsonNode columns =
        Definitions.parse(Definitions.generate(directory).get("tenants.tenantry.io.yaml"))
            .at("/spec/versions/0/additionalPrinterColumns");

    assertThat(columns.findValuesAsText("name"))
        .containsExactly(
            "Ready",
            "Tenant-Id",
            "Blueprint",
            "Version",
            "Region",
            "Age",
            "Cluster",
            "Last-Backup");
  }
}
