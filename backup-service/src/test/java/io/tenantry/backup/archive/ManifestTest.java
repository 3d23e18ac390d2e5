package io.tenantry.backup.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.tenantry.backup.archive.Manifest.Setting;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class ManifestTest {

  private static Manifest read(String more) throws Exception {
    return new ObjectMapper()
        .findAndRegisterModules()
        .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, true)
        .readValue(
            """
            {"blueprint": "car", "blueprint_version": "1", "cluster": "default", "database": "car_1", "role": "car_1",
             "server_version": "15.1", "pg_dump_version": "15.1", "compression": "stream", "dump_bytes": 7,
             "encoding": "UTF8", "collate": "C", "ctype": "C", "extensions": [], "tables": [], "rows": 0,
             "large_objects": 0, "large_objects_left_out": 0%s}
            """
                .formatted(more),
            Manifest.class);
  }

  @Test
  void readsRecordOfOlderVersion() throws Exception {
    Manifest manifest = read("");

    assertThat(manifest.schema()).isEmpty();
    assertThat(manifest.roles()).isEmpty();
    assertThat(manifest.settings()).isEmpty();
    assertThat(manifest.searchPath()).isEmpty();
    assertThat(manifest.warnings()).isEmpty();
  }

  @Test
  void settingsOfTenantsRolesAreThoseOfTheRolesItIsRestoredInto() throws Exception {
    Manifest manifest =
        read(
            """
            , "settings": [{"role": "car_1", "name": "a", "value": "car_1"}, {"role": "car_1_b", "name": "b", "value": "2"},
                           {"role": "reports", "name": "c", "value": "3"}, {"name": "d", "value": "4"}]
            """);

    assertThat(manifest.settingsFor("car_2"))
        .containsExactly(
            new Setting(Optional.of("car_2"), "a", "car_1"),
            new Setting(Optional.of("car_2_b"), "b", "2"),
            new Setting(Optional.of("reports"), "c", "3"),
            new Setting(Optional.empty(), "d", "4"));
  }
}
