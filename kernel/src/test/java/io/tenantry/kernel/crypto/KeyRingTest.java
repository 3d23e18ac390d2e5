package io.tenantry.kernel.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets can be decrypted with their key and in their context only. */
class KeyRingTest {

  private static final String OLD_KEY = key(1);
  private static final String NEW_KEY = key(2);

  @Test
  @Tag("T5")
  void decryptsWhatItEncryptedInTheSameContextOnly() {
    KeyRing ring = KeyRing.of(OLD_KEY, List.of());

    byte[] ciphertext = ring.encrypt("secret", "tenant a");

    assertThat(ring.decrypt(ciphertext, "tenant a")).isEqualTo("secret");
    assertThatThrownBy(() -> ring.decrypt(ciphertext, "tenant b"))
        .isInstanceOf(KeyRing.UndecryptableException.class);
  }

  @Test
  @Tag("T5")
  void neverProducesSameCiphertextTwice() {
    KeyRing ring = KeyRing.of(OLD_KEY, List.of());

    assertThat(ring.encrypt("secret", "a")).isNotEqualTo(ring.encrypt("secret", "a"));
  }

  @Test
  @Tag("T5")
  void noticesEveryChangedByte() {
    KeyRing ring = KeyRing.of(OLD_KEY, List.of());
    byte[] ciphertext = ring.encrypt("secret", "a");

    for (int i = 0; i < ciphertext.length; i++) {
      byte[] changed = ciphertext.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> ring.decrypt(changed, "a"))
          .as("byte " + i)
          .isInstanceOf(KeyRing.UndecryptableException.class);
    }
    byte[] truncated = Arrays.copyOf(ciphertext, ciphertext.length - 1);
    assertThatThrownBy(() -> ring.decrypt(truncated, "a"))
        .isInstanceOf(KeyRing.UndecryptableException.class);
  }

  @Test
  @Tag("T5")
  void readsWhatARetiredKeyEncryptedAndEncryptsWithTheNewOne() {
    KeyRing before = KeyRing.of(OLD_KEY, List.of());
    KeyRing after = KeyRing.of(NEW_KEY, List.of(OLD_KEY));
    byte[] old = before.encrypt("secret", "a");

    assertThat(after.decrypt(old, "a")).isEqualTo("secret");
    assertThat(KeyRing.keyIdOf(old)).isEqualTo(before.primaryId());
    assertThat(KeyRing.keyIdOf(after.encrypt("secret", "a"))).isEqualTo(after.primaryId());
    assertThat(after.primaryId()).isNotEqualTo(before.primaryId());
    assertThat(after.holds(before.primaryId())).isTrue();
    assertThat(before.holds(after.primaryId())).isFalse();
  }

  @Test
  @Tag("T5")
  void cannotReadWithAnotherKey() {
    byte[] ciphertext = KeyRing.of(OLD_KEY, List.of()).encrypt("secret", "a");

    assertThatThrownBy(() -> KeyRing.of(NEW_KEY, List.of()).decrypt(ciphertext, "a"))
        .isInstanceOf(KeyRing.UndecryptableException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "'', ENCRYPTION_KEY holds 0 bytes",
    "c2hvcnQ=, ENCRYPTION_KEY holds 5 bytes",
    "no*base64, ENCRYPTION_KEY is not base64"
  })
  @Tag("T5")
  void refusesInvalidKeyWithoutQuotingIt(String key, String reason) {
    assertThatThrownBy(() -> KeyRing.of(key, List.of()))
        .isInstanceOf(KeyRing.InvalidKeyException.class)
        .hasMessageContaining(reason)
        .hasMessageNotContainingAny("c2hvcnQ=", "no*base64");
    assertThatThrownBy(() -> KeyRing.of(OLD_KEY, List.of(key)))
        .isInstanceOf(KeyRing.InvalidKeyException.class)
        .hasMessageStartingWith("ENCRYPTION_KEYS_RETIRED");
  }

  private static String key(int fill) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) fill);
    return Base64.getEncoder().encodeToString(bytes);
  }
}
