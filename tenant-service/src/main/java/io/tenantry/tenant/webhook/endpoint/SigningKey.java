package io.tenantry.tenant.webhook.endpoint;

import io.tenantry.kernel.error.InvalidRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that signs messages, in the notation of the Standard Webhooks specification: {@code whsec_}
 * and a secret for HMAC-SHA256, or {@code whsk_} and a seed with its public key for Ed25519.
 */
public sealed interface SigningKey {

  /** The key in its notation; confidential. */
  String text();

  /** Its algorithm. */
  SigningAlgorithm algorithm();

  /** The key that verifies its signatures, as {@code whpk_…}; empty for a shared secret. */
  Optional<String> publicKey();

  /** A signature with its version, such as {@code v1,…}. */
  String sign(byte[] content);

  /** Generates a key. */
  static SigningKey generate(SigningAlgorithm algorithm, SecureRandom random) {
    return switch (algorithm) {
      case HMAC_SHA256 -> {
        byte[] secret = new byte[Hmac.GENERATED_BYTES];
        random.nextBytes(secret);
        yield new Hmac(secret);
      }
      case ED25519 -> Ed25519.generate(random);
    };
  }

  /**
   * Reads a key in its notation.
   *
   * @throws InvalidRequest naming the field {@code secret}, never its value
   */
  static SigningKey parse(String text) {
    if (text.startsWith(Hmac.PREFIX)) {
      return Hmac.of(decode(text.substring(Hmac.PREFIX.length())));
    }
    if (text.startsWith(Ed25519.PREFIX)) {
      return Ed25519.of(decode(text.substring(Ed25519.PREFIX.length())));
    }
    throw invalid("must start with whsec_ (HMAC-SHA256) or whsk_ (Ed25519)");
  }

  private static byte[] decode(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw invalid("must be base64 after its prefix");
    }
  }

  private static InvalidRequest invalid(String message) {
    return new InvalidRequest("secret", message);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** A shared secret. */
  final class Hmac implements SigningKey {

    private static final String PREFIX = "whsec_";
    private static final String MAC = "HmacSHA256";
    private static final int GENERATED_BYTES = 32;
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final byte[] secret;

    private Hmac(byte[] secret) {
      this.secret = secret;
    }

    private static Hmac of(byte[] secret) {
      if (secret.length < SHORTEST || secret.length > LONGEST) {
        throw invalid("must have 24 to 64 bytes in base64 after whsec_");
      }
      return new Hmac(secret);
    }

    @Override
    public String text() {
      return PREFIX + base64(secret);
    }

    @Override
    public SigningAlgorithm algorithm() {
      return SigningAlgorithm.HMAC_SHA256;
    }

    @Override
    public Optional<String> publicKey() {
      return Optional.empty();
    }

    @Override
    public String sign(byte[] content) {
      try {
        Mac mac = Mac.getInstance(MAC);
        mac.init(new SecretKeySpec(secret, MAC));
        return "v1," + base64(mac.doFinal(content));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has HmacSHA256", e);
      }
    }
  }

  /** A private key with its public key; 32 bytes each. */
  final class Ed25519 implements SigningKey {

    private static final String PREFIX = "whsk_";
    private static final String PUBLIC_PREFIX = "whpk_";
    private static final String NAME = "Ed25519";
    private static final int KEY_BYTES = 32;

    /** What precedes the 32 bytes of a key in PKCS #8 and X.509 (RFC 8410). */
    private static final String PKCS8 = "302e020100300506032b657004220420";

    private static final String X509 = "302a300506032b6570032100";

    private final byte[] seed;
    private final byte[] verifying;

    private Ed25519(byte[] seed, byte[] verifying) {
      this.seed = seed;
      this.verifying = verifying;
    }

    private static Ed25519 generate(SecureRandom random) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(NAME);
        generator.initialize(255, random);
        KeyPair pair = generator.generateKeyPair();
        return new Ed25519(
            last(pair.getPrivate().getEncoded()), last(pair.getPublic().getEncoded()));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    private static byte[] last(byte[] encoded) {
      return Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    }

    private static Ed25519 of(byte[] both) {
      if (both.length != 2 * KEY_BYTES) {
        throw invalid("must have 64 bytes in base64 after whsk_: the seed and its public key");
      }
      Ed25519 key = new Ed25519(Arrays.copyOf(both, KEY_BYTES), last(both));
      if (!key.isPair()) {
        throw invalid("has a public key that does not belong to its seed");
      }
      return key;
    }

    private boolean isPair() {
      byte[] content = NAME.getBytes(StandardCharsets.US_ASCII);
      try {
        Signature verifier = Signature.getInstance(NAME);
        verifier.initVerify(
            KeyFactory.getInstance(NAME)
                .generatePublic(new X509EncodedKeySpec(encoded(X509, verifying))));
        verifier.update(content);
        return verifier.verify(signature(content));
      } catch (GeneralSecurityException e) {
        return false;
      }
    }

    private static byte[] encoded(String prefix, byte[] key) {
      byte[] start = HexFormat.of().parseHex(prefix);
      byte[] all = Arrays.copyOf(start, start.length + key.length);
      System.arraycopy(key, 0, all, start.length, key.length);
      return all;
    }

    private byte[] signature(byte[] content) throws GeneralSecurityException {
      PrivateKey key =
          KeyFactory.getInstance(NAME)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded(PKCS8, seed)));
      Signature signer = Signature.getInstance(NAME);
      signer.initSign(key);
      signer.update(content);
      return signer.sign();
    }

    @Override
    public String text() {
      byte[] both = Arrays.copyOf(seed, 2 * KEY_BYTES);
      System.arraycopy(verifying, 0, both, KEY_BYTES, KEY_BYTES);
      return PREFIX + base64(both);
    }

    @Override
    public SigningAlgorithm algorithm() {
      return SigningAlgorithm.ED25519;
    }

    @Override
    public Optional<String> publicKey() {
      return Optional.of(PUBLIC_PREFIX + base64(verifying));
    }

    @Override
    public String sign(byte[] content) {
      try {
        return "v1a," + base64(signature(content));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java has Ed25519", e);
      }
    }
  }
}
