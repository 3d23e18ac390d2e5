package io.tenantry.ingestion.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What PostgreSQL could not store is found wherever it stands: eight bytes are read at a time. */
class JsonTextTest {

  static IntStream offsets() {
    return IntStream.range(0, 20);
  }

  @ParameterizedTest
  @MethodSource("offsets")
  void i5TellsWhatIsNoUtf8(int offset) {
    byte[] ascii = "x".repeat(24).getBytes(StandardCharsets.US_ASCII);
    assertThat(JsonText.isUtf8(ascii)).isTrue();
    ascii[offset] = (byte) 0xff;
    assertThat(JsonText.isUtf8(ascii)).isFalse();
    assertThat(JsonText.isUtf8(("x".repeat(offset) + "ü").getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("offsets")
  void i5FindsNulAndHalvesOfPairs(int offset) {
    assertThat(flaw(offset, "\\u0000")).contains("must not contain the character NUL");
    assertThat(flaw(offset, "\\ud83d")).contains("must not contain half of a surrogate pair");
    assertThat(flaw(offset, "\\ude00")).contains("must not contain half of a surrogate pair");
    assertThat(flaw(offset, "\\ud83d\\ude00")).isEqualTo("");
    assertThat(flaw(offset, "\\\\u0000")).isEqualTo("");
    assertThat(flaw(offset, "")).isEqualTo("");
  }

  @Test
  void i5FindsThemInTextsToo() {
    assertThat(JsonText.flaw("a😀ü")).isEmpty();
    assertThat(JsonText.flaw("a\0")).contains("must not contain the character NUL");
    assertThat(JsonText.flaw("a\ud83d")).contains("must not contain half of a surrogate pair");
    assertThat(JsonText.flaw("\ude00\ud83d")).contains("must not contain half of a surrogate pair");
  }

  private static String flaw(int offset, String escapes) {
    byte[] json = ("\"" + "y".repeat(offset) + escapes + "z\"").getBytes(StandardCharsets.UTF_8);
    return JsonText.flaw(json).orElse("");
  }
}
