package io.tenantry.tenant.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("T23")
class RetryAfterTest {

  private static final Instant NOW = Instant.parse("2027-01-31T12:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0                              | 2027-01-31T12:00:00Z
          120                            | 2027-01-31T12:02:00Z
          ' 7 '                          | 2027-01-31T12:00:07Z
          999999999                      | 2027-02-01T12:00:00Z
          99999999999999999999           | 2027-02-01T12:00:00Z
          Sun, 31 Jan 2027 12:30:00 GMT  | 2027-01-31T12:30:00Z
          Sun, 31 Jan 2027 11:00:00 GMT  | 2027-01-31T12:00:00Z
          Sun, 31 Jan 2038 12:30:00 GMT  | 2027-02-01T12:00:00Z
          """)
  void readsSecondsAndDatesUpToADay(String value, Instant expected) {
    assertThat(RetryAfter.parse(value, NOW)).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-1", "1.5", "2027-01-31T12:00:00Z"})
  void ignoresOtherValues(String value) {
    assertThat(RetryAfter.parse(value, NOW)).isEmpty();
  }
}
