package io.tenantry.tenant.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.testing.ServiceProcess;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The service does not start with secrets that are none, and says which. */
class StartRefusalIT {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ENCRYPTION_KEY     | ''                                           | ENCRYPTION_KEY is not set",
        "ENCRYPTION_KEY     | not*base64                                   | ENCRYPTION_KEY is not base64",
        "ENCRYPTION_KEY     | c2hvcnQ=                                     | ENCRYPTION_KEY holds 5 bytes, not 32",
        "TENANTRY_ADMIN_KEY | ''                                           | TENANTRY_ADMIN_KEY is not set",
        "TENANTRY_ADMIN_KEY | short                                        | TENANTRY_ADMIN_KEY is too short"
      })
  @Tag("T5")
  @Tag("P2")
  void refusesToStartWithInvalidSecretsAndSaysWhy(String variable, String value, String reason) {
    try (ServiceProcess service = ServiceProcess.launch(Map.of(variable, value))) {
      assertThat(service.awaitEnd()).isNotZero();
      assertThat(service.log()).contains(reason).doesNotContain("not*base64", "c2hvcnQ=");
    }
  }
}
