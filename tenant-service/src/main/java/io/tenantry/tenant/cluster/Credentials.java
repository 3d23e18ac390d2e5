package io.tenantry.tenant.cluster;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * What a tenant logs in with.
 *
 * @param role its role
 * @param password its password, of characters that need no escaping in a URL
 */
public record Credentials(String role, String password) {

  private static final int PASSWORD_BYTES = 32;

  /** Credentials with a fresh random password of 256 bits. */
  public static Credentials generate(String role, SecureRandom random) {
    byte[] bytes = new byte[PASSWORD_BYTES];
    random.nextBytes(bytes);
    return new Credentials(role, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  @Override
  public String toString() {
    return "Credentials[role=" + role + "]";
  }
}
