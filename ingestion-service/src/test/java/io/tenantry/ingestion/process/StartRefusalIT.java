package io.tenantry.ingestion.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The service does not start without a valid admin key, and says so in one line. */
class StartRefusalIT {

  @Test
  @Tag("P2")
  void refusesToStartWithReason() {
    try (ServiceProcess service = ServiceProcess.launch(Map.of("TENANTRY_ADMIN_KEY", "short"))) {
      assertThat(service.awaitEnd()).isEqualTo(1);
      assertThat(service.log().lines().filter(line -> line.contains("TENANTRY_ADMIN_KEY")))
          .singleElement()
          .asString()
          .startsWith("TENANTRY_ADMIN_KEY is too short: 5 characters, at least 16 are needed");
      assertThat(service.log()).doesNotContain("\tat ", "Exception");
    }
  }
}
