package io.tenantry.backup.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service does not start without an admin key, and says so in one line. */
class StartRefusalIT {

  @ParameterizedTest(name = "[{0}]")
  @CsvSource(
      delimiter = '|',
      value = {
        "''    | TENANTRY_ADMIN_KEY is not set: the admin API needs a key",
        "short | TENANTRY_ADMIN_KEY is too short: 5 characters, at least 16 are needed"
      })
  void p2RefusesToStartAndSaysWhy(String key, String reason) {
    try (ServiceProcess service = Replica.launch(Map.of("TENANTRY_ADMIN_KEY", key))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log().lines().filter(line -> line.contains("TENANTRY_ADMIN_KEY")))
          .singleElement()
          .asString()
          .startsWith(reason);
      assertThat(service.log()).doesNotContain("\tat ", "Exception");
    }
  }

  @Test
  void b1RefusesToStartWithoutAStoreAndSaysWhy() {
    try (ServiceProcess service = Replica.launch(Map.of("TENANT_BACKUP_PATH", ""))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log())
          .contains("no backup store is configured: set TENANT_BACKUP_PATH to a folder")
          .doesNotContain("\tat ");
    }
  }
}
