package io.tenantry.kernel.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A cluster's secret, from which each service derives the passwords of Tenantry's own roles there;
 * no password is stored.
 *
 * @param value 32 random bytes in base64
 */
public record RoleSecret(String value) {

  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  /** A new random secret. */
  public static RoleSecret generate(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new RoleSecret(Base64.getEncoder().encodeToString(bytes));
  }

  /** The encryption context of this cluster's secret. */
  public static String encryptionContext(String cluster) {
    return "cluster roles " + cluster;
  }

  /** The password of a role: HMAC-SHA-256 of its name, in characters that need no escaping. */
  public String passwordOf(String role) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(value), ALGORITHM));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(role.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String toString() {
    return "RoleSecret[]";
  }
}
