package io.tenantry.kernel.event;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why an event's data is refused, as its dead letter says it. */
class EventReaderTest {

  private final EventReader reader = new EventReader(new ObjectMapper());

  @Tag("N2")
  @ParameterizedTest
  @CsvSource({
    "[, 1001, the data must not be nested deeper than 1000 levels",
    "1, 1001, the data must not contain a number of more than 1000 characters",
    "x, 1, the data is not JSON",
  })
  void distinguishesLimitFromMalformedData(String text, int times, String reason) {
    CloudEvent event =
        new CloudEvent("s", "1", "io.tenantry.tenant.deleted.v1", text.repeat(times));

    assertThatThrownBy(() -> reader.read(event))
        .isInstanceOf(InvalidEvent.class)
        .hasMessage(reason);
  }
}
