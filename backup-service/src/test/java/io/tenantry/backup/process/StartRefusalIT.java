package io.tenantry.backup.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ServiceProcess;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service does not start without an admin key or a store, and logs the reason in one line. */
class StartRefusalIT {

  private static final Map<String, Map<String, String>> SETTINGS =
      Map.of(
          "without key", Map.of("TENANTRY_ADMIN_KEY", ""),
          "with short key", Map.of("TENANTRY_ADMIN_KEY", "short"),
          "without store", Map.of("TENANT_BACKUP_PATH", ""));

  private static final Map<String, ServiceProcess> SERVICES = new HashMap<>();

  /** All at once, since each takes seconds to fail. */
  @BeforeAll
  static void launch() {
    SETTINGS.forEach((name, settings) -> SERVICES.put(name, Replica.launch(settings)));
  }

  @AfterAll
  static void stop() {
    SERVICES.values().forEach(ServiceProcess::close);
  }

  @Tag("P2")
  @ParameterizedTest(name = "[{0}]")
  @CsvSource(
      delimiter = '|',
      value = {
        "without key    | TENANTRY_ADMIN_KEY is not set: the admin API needs a key",
        "with short key | TENANTRY_ADMIN_KEY is too short: 5 characters, at least 16 are needed"
      })
  void refusesAdminKey(String name, String reason) {
    ServiceProcess service = SERVICES.get(name);

    assertThat(service.awaitEnd()).isEqualTo(1);
    assertThat(service.log().lines().filter(line -> line.contains("TENANTRY_ADMIN_KEY")))
        .singleElement()
        .asString()
        .startsWith(reason);
    assertThat(service.log()).doesNotContain("\tat ", "Exception");
  }

  @Tag("B1")
  @Test
  void refusesToStartWithoutStore() {
    ServiceProcess service = SERVICES.get("without store");

    assertThat(service.awaitEnd()).isEqualTo(1);
    assertThat(service.log())
        .contains("no backup store is configured: set TENANT_BACKUP_PATH to a folder")
        .doesNotContain("\tat ");
  }
}
