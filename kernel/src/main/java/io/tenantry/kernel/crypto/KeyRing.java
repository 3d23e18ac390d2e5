package io.tenantry.kernel.crypto;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Encrypts the secrets that Tenantry stores with Tink's AES-256-GCM. Every ciphertext starts with
 * the id of its key (Tink's output prefix: a byte 1, then four bytes of id), so that keys can be
 * rotated: the primary key encrypts, and all keys of the ring decrypt.
 */
public final class KeyRing {

  private static final int KEY_BYTES = 32;
  private static final int PREFIX_BYTES = 5;

  private final Aead aead;
  private final int primaryId;
  private final Set<Integer> ids;

  private KeyRing(Aead aead, Set<Integer> ids) {
    this.aead = aead;
    this.ids = ids;
    this.primaryId = ids.iterator().next();
  }

  /**
   * A ring of keys, each the base64 of 32 bytes.
   *
   * @throws InvalidKeyException that names the invalid key and the reason, never its value
   */
  public static KeyRing of(String primary, List<String> retired) {
    try {
      AeadConfig.register();
      KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
      Set<Integer> ids = new LinkedHashSet<>();
      ids.add(add(keyset, decode("ENCRYPTION_KEY", primary), true));
      for (String key : retired) {
        ids.add(add(keyset, decode("ENCRYPTION_KEYS_RETIRED", key), false));
      }
      return new KeyRing(keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class), ids);
    } catch (GeneralSecurityException e) {
      throw new InvalidKeyException("the encryption keys are invalid: " + e.getMessage());
    }
  }

  private static byte[] decode(String variable, String key) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(key.strip());
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException(variable + " is not base64");
    }
    if (bytes.length != KEY_BYTES) {
      throw new InvalidKeyException(
          "%s holds %d bytes, not %d".formatted(variable, bytes.length, KEY_BYTES));
    }
    return bytes;
  }

  @AccessesPartialKey
  private static int add(KeysetHandle.Builder keyset, byte[] key, boolean primary)
      throws GeneralSecurityException {
    int id = idOf(key);
    KeysetHandle.Builder.Entry entry =
        KeysetHandle.importKey(
                AesGcmKey.builder()
                    .setParameters(
                        AesGcmParameters.builder()
                            .setKeySizeBytes(KEY_BYTES)
                            .setIvSizeBytes(12)
                            .setTagSizeBytes(16)
                            .setVariant(AesGcmParameters.Variant.TINK)
                            .build())
                    .setKeyBytes(SecretBytes.copyFrom(key, InsecureSecretKeyAccess.get()))
                    .setIdRequirement(id)
                    .build())
            .withFixedId(id);
    keyset.addEntry(primary ? entry.makePrimary() : entry);
    return id;
  }

  /** An id that is the same on every replica and reveals nothing about the key. */
  private static int idOf(byte[] key) {
    MessageDigest digest = Sha256.newDigest();
    digest.update("tenantry key id".getBytes(StandardCharsets.US_ASCII));
    return ByteBuffer.wrap(digest.digest(key)).getInt();
  }

  /**
   * Encrypts with the primary key.
   *
   * @param context what the secret belongs to, such as the tenant's id; decryption needs the same
   *     context
   */
  public byte[] encrypt(String secret, String context) {
    try {
      return aead.encrypt(bytes(secret), bytes(context));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encryption failed", e);
    }
  }

  /**
   * Decrypts a ciphertext of {@link #encrypt}.
   *
   * @throws UndecryptableException if the ring lacks the key, the context differs, or the
   *     ciphertext was changed
   */
  public String decrypt(byte[] ciphertext, String context) {
    try {
      return new String(aead.decrypt(ciphertext, bytes(context)), StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new UndecryptableException(e);
    }
  }

  /** The id of the key that {@link #encrypt} uses. */
  public int primaryId() {
    return primaryId;
  }

  /** Whether the ring holds the key of this id. */
  public boolean holds(int keyId) {
    return ids.contains(keyId);
  }

  /** A key's id for logs and errors. */
  public static String nameOf(int keyId) {
    return "%08x".formatted(keyId);
  }

  /** The id of the key that made a ciphertext. */
  public static int keyIdOf(byte[] ciphertext) {
    if (ciphertext.length < PREFIX_BYTES || ciphertext[0] != 1) {
      throw new IllegalArgumentException("not a ciphertext of this key ring");
    }
    return ByteBuffer.wrap(ciphertext, 1, Integer.BYTES).getInt();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A configured key is invalid. */
  public static final class InvalidKeyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InvalidKeyException(String message) {
      super(message);
    }
  }

  /** A ciphertext cannot be decrypted with this ring and context. */
  public static final class UndecryptableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UndecryptableException(GeneralSecurityException cause) {
      super("the ciphertext cannot be decrypted with these keys and this context", cause);
    }
  }
}
