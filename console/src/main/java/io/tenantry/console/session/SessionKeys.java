package io.tenantry.console.session;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.tenantry.console.runtime.ConsoleConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts what browsers keep for the console, with AES-256-GCM (NIST SP 800-38D). A sealed text is
 * the id of its key, a random nonce and the ciphertext, in base64url: the first key seals, all keys
 * open, so that keys can be rotated.
 */
@Singleton
@Startup
final class SessionKeys {

  private static final int KEY_BYTES = 32;
  private static final int ID_BYTES = 4;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int HEADER_BYTES = ID_BYTES + NONCE_BYTES;

  private final List<Key> keys = new ArrayList<>();
  private final SecureRandom random;

  private record Key(int id, SecretKey encryption, SecretKey hashing) {}

  @Inject
  SessionKeys(ConsoleConfig config, SecureRandom random) {
    this(
        config
            .session()
            .key()
            .orElseThrow(
                () ->
                    new ConfigurationException(
                        "CONSOLE_SESSION_KEY is not set: sessions need a key (create one with:"
                            + " openssl rand -base64 32)")),
        config.session().retiredKeys().orElse(List.of()),
        random);
  }

  /** Keys of which each is the base64 of 32 bytes. */
  SessionKeys(String primary, List<String> retired, SecureRandom random) {
    this.random = random;
    keys.add(key("CONSOLE_SESSION_KEY", primary));
    retired.forEach(each -> keys.add(key("CONSOLE_SESSION_KEYS_RETIRED", each)));
  }

  private static Key key(String variable, String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64.strip());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(variable + " is not base64");
    }
    if (bytes.length != KEY_BYTES) {
      throw new ConfigurationException(
          "%s holds %d bytes, not %d".formatted(variable, bytes.length, KEY_BYTES));
    }
    SecretKeySpec derivation = new SecretKeySpec(bytes, "HmacSHA256");
    return new Key(
        ByteBuffer.wrap(hmac(derivation, "id")).getInt(),
        new SecretKeySpec(hmac(derivation, "encryption"), "AES"),
        new SecretKeySpec(hmac(derivation, "hashing"), "HmacSHA256"));
  }

  /** Encrypts a text. */
  String seal(String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    Key key = keys.getFirst();
    byte[] header = ByteBuffer.allocate(HEADER_BYTES).putInt(key.id()).put(nonce).array();
    try {
      byte[] ciphertext =
          cipher(Cipher.ENCRYPT_MODE, key, header).doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              ByteBuffer.allocate(HEADER_BYTES + ciphertext.length)
                  .put(header)
                  .put(ciphertext)
                  .array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a session cannot be encrypted", e);
    }
  }

  /** The text of {@link #seal}; empty if it was changed, or sealed with a key that is not known. */
  Optional<String> open(String sealed) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(sealed);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (bytes.length < HEADER_BYTES + TAG_BYTES) {
      return Optional.empty();
    }
    int id = ByteBuffer.wrap(bytes).getInt();
    byte[] header = Arrays.copyOf(bytes, HEADER_BYTES);
    return keys.stream()
        .filter(key -> key.id() == id)
        .findFirst()
        .flatMap(
            key -> {
              try {
                byte[] text =
                    cipher(Cipher.DECRYPT_MODE, key, header)
                        .doFinal(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
                return Optional.of(new String(text, StandardCharsets.UTF_8));
              } catch (GeneralSecurityException e) {
                return Optional.empty();
              }
            });
  }

  private static Cipher cipher(int mode, Key key, byte[] header) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, key.encryption(), new GCMParameterSpec(8 * TAG_BYTES, header, ID_BYTES, NONCE_BYTES));
    cipher.updateAAD(header);
    return cipher;
  }

  /** A text's keyed hashes, one for each key: they name it to replicas and reveal nothing. */
  List<String> hashes(String text) {
    return keys.stream().map(key -> HexFormat.of().formatHex(hmac(key.hashing(), text))).toList();
  }

  private static byte[] hmac(SecretKey key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM has no HmacSHA256", e);
    }
  }

  /** A random value that cannot be guessed, in base64url. */
  String randomText() {
    byte[] bytes = new byte[KEY_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Compares secrets in constant time. */
  static boolean isEqual(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }
}
