package io.tenantry.ingestion.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PostgreSQL cannot store is found at any offset: eight bytes are read at a time. */
class JsonTextTest {

  static IntStream offsets() {
    return IntStream.range(0, 20);
  }

  @ParameterizedTest
  @MethodSource("offsets")
  @Tag("I5")
  void findsInvalidUtf8(int offset) {
    byte[] ascii = "x".repeat(24).getBytes(StandardCharsets.US_ASCII);
    assertThat(JsonText.isUtf8(ascii)).isTrue();
    ascii[offset] = (byte) 0xff;
    assertThat(JsonText.isUtf8(ascii)).isFalse();
    assertThat(JsonText.isUtf8(("x".repeat(offset) + "ü").getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @ParameterizedTest
  @MethodSource("offsets")
  @Tag("I5")
  void findsNulAndUnpairedSurrogates(int offset) {
    assertThat(flaw(offset, "\\u0000")).contains("must not contain the character NUL");
    assertThat(flaw(offset, "\\ud83d")).contains("must not contain half of a surrogate pair");
    assertThat(flaw(offset, "\\ude00")).contains("must not contain half of a surrogate pair");
    assertThat(flaw(offset, "\\ud83d\\ude00")).isEqualTo("");
    assertThat(flaw(offset, "\\\\u0000")).isEqualTo("");
    assertThat(flaw(offset, "")).isEqualTo("");
  }

  @Test
  @Tag("I5")
  void findsUnstorableCharactersInText() {
    assertThat(JsonText.findUnstorable("a😀ü")).isEmpty();
    assertThat(JsonText.findUnstorable("a\0")).contains("must not contain the character NUL");
    assertThat(JsonText.findUnstorable("a\ud83d"))
        .contains("must not contain half of a surrogate pair");
    assertThat(JsonText.findUnstorable("\ude00\ud83d"))
        .contains("must not contain half of a surrogate pair");
  }

  @Tag("N1")
  @Tag("N2")
  @ParameterizedTest(name = "{1}")
  @MethodSource("problems")
  void describesUnstorableJson(String json, String problem) {
    assertThat(JsonText.problem(json.getBytes(StandardCharsets.UTF_8)).orElse(""))
        .isEqualTo(problem);
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        Arguments.of("{\"n\":[1e131071,1e-16383,-0.0]}", ""),
        Arguments.of("{\"n\":[1,{\"m\":1e131072}]}", JsonNumber.UNSTORABLE),
        Arguments.of("1e-16384", JsonNumber.UNSTORABLE),
        Arguments.of("0e-99999", JsonNumber.UNSTORABLE),
        Arguments.of("\"1e1000000\"", ""),
        Arguments.of("1".repeat(1000), ""),
        Arguments.of("1".repeat(1001), "must not contain a number of more than 1000 characters"),
        Arguments.of("[".repeat(1000) + "]".repeat(1000), ""),
        Arguments.of(
            "[".repeat(1001) + "]".repeat(1001), "must not be nested deeper than 1000 levels"),
        Arguments.of("1e5 1", "is not valid JSON in UTF-8"),
        Arguments.of("[1e5", "is not valid JSON in UTF-8"),
        Arguments.of("", "is not valid JSON in UTF-8"),
        Arguments.of("[\"\\u0000\"]", "must not contain the character NUL"));
  }

  private static String flaw(int offset, String escapes) {
    byte[] json = ("\"" + "y".repeat(offset) + escapes + "z\"").getBytes(StandardCharsets.UTF_8);
    return JsonText.findUnstorable(json).orElse("");
  }
}
