package io.tenantry.tenant.blueprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.error.FieldError;
import io.tenantry.kernel.error.InvalidRequest;
import io.tenantry.kernel.http.JsonBodyReader;
import io.tenantry.kernel.http.JsonConventions;
import jakarta.validation.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shipped blueprints are all there, and say what they should; wrong ones are told why. */
class BlueprintsTest {

  private static final Path SHIPPED = Path.of("src/main/resources/blueprints");

  private final Blueprint car = shipped("car");

  @Test
  @Tag("T21")
  void shipsCar() {
    assertThat(car.isolation()).isEqualTo(Isolation.DATABASE);
    assertThat(car.connectionLimit()).isEqualTo(20);
    assertThat(car.requiredExtensions()).containsExactly("pgcrypto");
    assertThat(car.backup().schedule()).isEqualTo("0 0 2 * * ?");
    assertThat(car.backup().retentionDays()).isEqualTo(30);
    assertThat(car.quotas()).isEqualTo(new Blueprint.Quotas(1, 10, 3));
    assertThat(car.migrations())
        .extracting(Blueprint.Migration::fileName)
        .containsExactly(
            "U1__settings_and_audit.sql",
            "U2__inbox_events.sql",
            "V1__settings_and_audit.sql",
            "V2__inbox_events.sql");
  }

  @Test
  @Tag("T21")
  void shipsProject() {
    Blueprint project = shipped("project");

    assertThat(project.isolation()).isEqualTo(Isolation.DATABASE);
    assertThat(project.services()).containsExactly("auth", "realtime", "storage");
    assertThat(project.apiKeys().count()).isEqualTo(2);
  }

  @Test
  @Tag("T21")
  void shipsAcquiring() {
    Blueprint acquiring = shipped("acquiring");

    assertThat(acquiring.isolation()).isEqualTo(Isolation.SCHEMA);
    assertThat(acquiring.requiredExtensions())
        .containsExactly("uuid-ossp", "pgcrypto", "btree_gin", "btree_gist", "citext");
    assertThat(acquiring.optionalExtensions())
        .containsExactly("timescaledb", "postgis", "vector", "age");
  }

  @ParameterizedTest
  @CsvSource({"car,car", "project,tenant", "acquiring,acq"})
  @Tag("T2")
  void namesDatabasesWithUnderscores(String blueprint, String prefix) {
    UUID tenant = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

    assertThat(shipped(blueprint).tenantName(tenant))
        .isEqualTo(prefix + "_550e8400_e29b_41d4_a716_446655440000");
  }

  @Test
  @Tag("T20")
  void identifiesVersionByContent() {
    assertThat(car.version()).matches("[0-9a-f]{12}");
    assertThat(shipped("car").version()).isEqualTo(car.version());
    assertThat(parse(with("migrations/V3__more.sql", "CREATE TABLE more ()")).version())
        .isNotEqualTo(car.version());
    assertThat(parse(with("migrations/V3__more.sql", "CREATE TABLE less ()")).version())
        .isNotEqualTo(parse(with("migrations/V3__more.sql", "CREATE TABLE more ()")).version());
  }

  @Test
  @Tag("T20")
  void reportsAllErrorsAtOnce() {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "blueprint.yaml",
        """
        name: Car!
        isolation: room
        naming: tpl_{tenant_id}
        connection_limit: 0
        extensions: { required: ["no; such"] }
        backup: { schedule: sometimes }
        colour: red
        """);
    files.put("migrations/V1__a.sql", "SELECT '${x}'");
    files.put("migrations/V1.0__b.sql", "SELECT 1");
    files.put("migrations/U3__c.sql", " ");
    files.put("README.md", "hello");
    files.put("migrations/V1__a.sql.conf", "mixed=true");
    files.put("migrations/V4__d.sql.conf", "executeInTransaction=false");

    assertThatThrownBy(() -> parse(files))
        .isInstanceOf(InvalidRequest.class)
        .extracting(e -> ((InvalidRequest) e).errors().stream().map(FieldError::field).toList())
        .asInstanceOf(list(String.class))
        .containsExactlyInAnyOrder(
            "files.blueprint.yaml.name",
            "files.blueprint.yaml.isolation",
            "files.blueprint.yaml.naming",
            "files.blueprint.yaml.connection_limit",
            "files.blueprint.yaml.extensions.required[0]",
            "files.blueprint.yaml.backup.schedule",
            "files.blueprint.yaml.colour",
            "files.migrations/V1__a.sql",
            "files.migrations/V1__a.sql",
            "files.migrations/U3__c.sql",
            "files.README.md",
            "files.migrations/V1__a.sql.conf",
            "files.migrations/V4__d.sql.conf",
            "files");
  }

  @Test
  @Tag("F5")
  void saysWhyAFileIsNotTaken() {
    Map<String, String> files = new TreeMap<>(ShippedBlueprints.read().get("car").contents());
    files.put("migrations/V1_4__queues-pkey.sql", "SELECT 1");
    files.put("migrations/V1.5__it's a name.with ünï.sql", "SELECT 1");
    files.put("migrations/V3__as_it_is.sql", "SELECT '${x}'");
    files.put("migrations/V3__as_it_is.sql.conf", "placeholderReplacement=false");
    assertThat(parse(files).migrations()).hasSize(8);
    files.put("migrations/V4__a.sql", "SELECT 1,\n  '${x}'");
    files.put("migrations/old/V5__b.sql", "SELECT 1");
    files.put("migrations/V6a__c.sql", "SELECT 1");
    files.put("V7__d.sql", "SELECT 1");

    assertThatThrownBy(() -> parse(files))
        .extracting(e -> ((InvalidRequest) e).errors().stream().map(FieldError::message).toList())
        .asInstanceOf(list(String.class))
        .satisfiesExactlyInAnyOrder(
            message -> assertThat(message).startsWith("line 2: must not contain placeholders"),
            message -> assertThat(message).contains("in a folder"),
            message -> assertThat(message).contains("\"6a\""),
            message -> assertThat(message).contains("must be in migrations/"));
  }

  @Test
  void limitsTheSizeOfAllFilesTogether() {
    Map<String, String> files = with("migrations/V3__a.sql", "x".repeat(40 << 20));
    assertThat(parse(files).migrations()).hasSize(5);
    files.put("migrations/V4__b.sql", "ü".repeat(13 << 20));

    assertThatThrownBy(() -> parse(files))
        .extracting(e -> ((InvalidRequest) e).errors().getFirst().message())
        .asString()
        .contains("67108864 bytes");
  }

  @ParameterizedTest
  @CsvSource({"''", "'[1]'", "'name: [a'", "'name: a\nname: b'"})
  @Tag("T20")
  void refusesYamlWithoutMapping(String yaml) {
    assertThatThrownBy(() -> parse(with("blueprint.yaml", yaml)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  @Tag("T21")
  void listsEveryShippedFileInTheIndex() throws IOException {
    List<String> listed = Files.readAllLines(SHIPPED.resolve("index.txt"));

    try (Stream<Path> files = Files.walk(SHIPPED)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(file -> SHIPPED.relativize(file).toString())
                  .filter(file -> !file.equals("index.txt")))
          .containsExactlyInAnyOrderElementsOf(listed);
    }
  }

  @Test
  @Tag("N3")
  void messageOfAnInvalidBlueprintNamesFileAndField() {
    String text = ShippedBlueprints.read().get("car").contents().get(BlueprintFiles.YAML);

    assertThatThrownBy(
            () ->
                parse(
                    with(
                        BlueprintFiles.YAML,
                        text.replace("isolation: database", "isolation: DATABASE"))))
        .hasMessageContaining("blueprint.yaml")
        .hasMessageContaining("isolation must be one of database, schema");
  }

  private static Map<String, String> with(String path, String text) {
    Map<String, String> files = new TreeMap<>(ShippedBlueprints.read().get("car").contents());
    files.put(path, text);
    return files;
  }

  private static Blueprint shipped(String name) {
    return parse(ShippedBlueprints.read().get(name).contents());
  }

  private static Blueprint parse(Map<String, String> files) {
    ObjectMapper mapper = new ObjectMapper();
    new JsonConventions().customize(mapper);
    JsonBodyReader reader =
        new JsonBodyReader(mapper, Validation.buildDefaultValidatorFactory().getValidator());
    return new BlueprintParser(mapper, reader).parse(BlueprintFiles.of(files));
  }
}
