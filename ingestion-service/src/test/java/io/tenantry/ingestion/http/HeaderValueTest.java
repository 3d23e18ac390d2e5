package io.tenantry.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of CloudEvents' headers, as the HTTP protocol binding 1.0.2 has them in 3.1.3.2. */
@Tag("C1")
class HeaderValueTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "plain | plain",
        "Euro%20%E2%82%AC%20%F0%9F%98%80 | Euro € 😀",
        "euro%e2%82%ac | euro€",
        "%41%42 | AB",
        "a b | a b",
        "\"quoted value\" | quoted value",
        "\"say \\\"hi\\\" \\\\ \" | `say \"hi\" \\ `",
        "\"%20\" | ` `",
        "100%25 | 100%",
        "%2541 | %41",
        "a \"b c\" d | a b c d",
        "`` | ``",
      })
  void decodes(String header, String value) {
    assertThat(HeaderValue.decode(header)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "%C0%A0 | must be percent-encoded UTF-8",
        "%ff | must be percent-encoded UTF-8",
        "%ED%A0%80 | must be percent-encoded UTF-8",
        "50% off | must have two hex digits after each %",
        "50% | must have two hex digits after each %",
        "%2 | must have two hex digits after each %",
        "\"open | must have a closing double quote",
        "\"open\\\" | must have a closing double quote",
        "Grüße | must be ASCII; percent-encode other characters",
      })
  void refuses(String header, String reason) {
    assertThatThrownBy(() -> HeaderValue.decode(header))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(reason);
  }
}
