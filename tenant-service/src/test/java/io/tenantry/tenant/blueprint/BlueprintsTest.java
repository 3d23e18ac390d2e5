package io.tenantry.tenant.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.json.JsonConventions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shipped blueprints are all there, and say what they should. */
class BlueprintsTest {

  private static final Path SHIPPED = Path.of("src/main/resources/blueprints");

  private final Blueprint car = blueprints().find("car").orElseThrow();

  @Test
  void t21ShipsCar() {
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
  void t2NamesDatabasesWithUnderscores() {
    UUID tenant = UUID.fromString("550e8400-e29b-41d4-a716-446655440000");

    assertThat(car.databaseName(tenant)).isEqualTo("car_550e8400_e29b_41d4_a716_446655440000");
  }

  @Test
  void t20KnowsAVersionByItsContent() {
    assertThat(car.version()).matches("[0-9a-f]{12}");
    assertThat(blueprints().find("car").orElseThrow().version()).isEqualTo(car.version());
  }

  @Test
  void t21ListsEveryShippedFileInTheIndex() throws IOException {
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

  private static Blueprints blueprints() {
    ObjectMapper mapper = new ObjectMapper();
    new JsonConventions().customize(mapper);
    return new Blueprints(mapper);
  }
}
