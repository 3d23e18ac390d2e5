package io.tenantry.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Renamed environment variables keep working under their deprecated names. */
class DeprecatedVariablesTest {

  @ParameterizedTest
  @CsvSource({
    "tenantry.extraction.database-timeout, TENANTRY_EXTRACTION_PATIENCE",
    "tenantry.kafka.admin.timeout, TENANTRY_KAFKA_ADMIN_PATIENCE"
  })
  void readsDeprecatedName(String setting, String variable) throws IOException {
    assertThat(value(setting, Map.of(variable, "7s"))).isEqualTo("7s");
  }

  @Test
  void prefersNewName() throws IOException {
    assertThat(
            value(
                "tenantry.extraction.database-timeout",
                Map.of(
                    "TENANTRY_EXTRACTION_DATABASE_TIMEOUT",
                    "8s",
                    "TENANTRY_EXTRACTION_PATIENCE",
                    "7s")))
        .isEqualTo("8s");
  }

  private static String value(String setting, Map<String, String> variables) throws IOException {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .withSources(
                new PropertiesConfigSource(
                    Path.of("src/main/resources/application.properties").toUri().toURL()),
                new PropertiesConfigSource(variables, "variables", 300))
            .build();
    return config.getValue(setting, String.class);
  }
}
