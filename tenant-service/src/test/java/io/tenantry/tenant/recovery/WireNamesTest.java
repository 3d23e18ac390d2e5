package io.tenantry.tenant.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tenantry.kernel.tenant.TenantStatus;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Enum constants are lower case in the API. */
class WireNamesTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @ParameterizedTest
  @EnumSource
  void writesActionsInLowerCase(RecoveryItem.Action action) throws JsonProcessingException {
    assertIsLowerCase(action);
  }

  @ParameterizedTest
  @EnumSource
  void writesStatusesInLowerCase(TenantStatus status) throws JsonProcessingException {
    assertIsLowerCase(status);
    assertThat(TenantStatus.of(status.toString())).isEqualTo(status);
  }

  private static void assertIsLowerCase(Enum<?> value) throws JsonProcessingException {
    String expected = value.name().toLowerCase(Locale.ROOT);
    assertThat(MAPPER.writeValueAsString(value)).isEqualTo("\"" + expected + "\"");
    assertThat(value).hasToString(expected);
  }
}
