package io.tenantry.tenant.cluster;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * A role and its password.
 *
 * @param role the login role
 * @param password the password; generated ones need no escaping in a URL
 */
public record Credentials(String role, String password) {

  private static final int PASSWORD_BYTES = 32;

  /** Generates credentials with a random password of 256 bits. */
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
