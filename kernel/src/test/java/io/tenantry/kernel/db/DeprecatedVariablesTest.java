package io.tenantry.kernel.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.WithDefault;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Renamed environment variables keep working under their deprecated names. */
class DeprecatedVariablesTest {

  private static final String TIMEOUT = "tenantry.control-database.timeout";
  private static final String HEALTH_TIMEOUT = "tenantry.control-database.health.timeout";

  private static String value(Class<?> mapping, String setting, Map<String, String> variables)
      throws ReflectiveOperationException {
    String fallback = mapping.getDeclaredMethod("timeout").getAnnotation(WithDefault.class).value();
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .withDefaultValue(setting, fallback)
        .withSources(new EnvConfigSource(variables, 300))
        .build()
        .getValue(setting, String.class);
  }

  @Test
  void readsDeprecatedNames() throws ReflectiveOperationException {
    assertThat(
            value(
                ControlDatabase.Config.class,
                TIMEOUT,
                Map.of("TENANTRY_CONTROL_DATABASE_PATIENCE", "7s")))
        .isEqualTo("7s");
    assertThat(
            value(
                ControlDatabaseHealth.Config.class,
                HEALTH_TIMEOUT,
                Map.of("TENANTRY_CONTROL_DATABASE_HEALTH_PATIENCE", "7s")))
        .isEqualTo("7s");
  }

  @Test
  void prefersNewName() throws ReflectiveOperationException {
    assertThat(
            value(
                ControlDatabase.Config.class,
                TIMEOUT,
                Map.of(
                    "TENANTRY_CONTROL_DATABASE_TIMEOUT", "8s",
                    "TENANTRY_CONTROL_DATABASE_PATIENCE", "7s")))
        .isEqualTo("8s");
  }

  @Test
  void hasDefault() throws ReflectiveOperationException {
    assertThat(value(ControlDatabase.Config.class, TIMEOUT, Map.of())).isEqualTo("10s");
  }
}
