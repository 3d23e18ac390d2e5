package io.tenantry.console.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What browsers keep can neither be read nor changed, and keys can be rotated. */
@Tag("P6")
class SessionKeysTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String FIRST = key(1);
  private static final String SECOND = key(2);

  private static String key(int value) {
    byte[] bytes = new byte[32];
    bytes[0] = (byte) value;
    return Base64.getEncoder().encodeToString(bytes);
  }

  static SessionKeys keys(String primary, String... retired) {
    return new SessionKeys(primary, List.of(retired), RANDOM);
  }

  @Test
  void opensWhatItHasSealed() {
    SessionKeys keys = keys(FIRST);

    assertThat(keys.open(keys.seal("ä text"))).contains("ä text");
    assertThat(keys.seal("text")).isNotEqualTo(keys.seal("text")).doesNotContain("text");
  }

  @Test
  void refusesEveryChangedByte() {
    SessionKeys keys = keys(FIRST);
    byte[] sealed = Base64.getUrlDecoder().decode(keys.seal("text"));

    assertThat(IntStream.range(0, sealed.length))
        .allSatisfy(
            at -> {
              byte[] changed = sealed.clone();
              changed[at] ^= 1;
              assertThat(keys.open(Base64.getUrlEncoder().encodeToString(changed))).isEmpty();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "AAAA", "not base64 ✗", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesWhatItHasNotSealed(String text) {
    assertThat(keys(FIRST).open(text)).isEmpty();
  }

  @Test
  void opensWhatRetiredKeyHasSealedAndNothingOfUnknownKey() {
    String sealed = keys(FIRST).seal("text");

    assertThat(keys(SECOND, FIRST).open(sealed)).contains("text");
    assertThat(keys(SECOND).open(sealed)).isEmpty();
  }

  @Test
  void sharesAHashWithRingOfOtherPrimaryKey() {
    assertThat(keys(SECOND, FIRST).hashes("text")).containsAll(keys(FIRST).hashes("text"));
    assertThat(keys(FIRST).hashes("text")).doesNotContainAnyElementsOf(keys(SECOND).hashes("text"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"short", "AAAA", "äöü"})
  void refusesInvalidKeyWithoutNamingIt(String key) {
    assertThatThrownBy(() -> keys(key))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("CONSOLE_SESSION_KEY")
        .hasMessageNotContaining(key + "\"");
  }
}
