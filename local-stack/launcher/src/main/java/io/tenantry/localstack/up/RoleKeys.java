package io.tenantry.localstack.up;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of the roles operator and viewer, derived from the admin key: the same at each start.
 */
final class RoleKeys {

  private RoleKeys() {}

  /** The variables of both keys. */
  static Map<String, String> of(String adminKey) {
    return new TreeMap<>(
        Map.of(
            "TENANTRY_OPERATOR_KEY", derive(adminKey, "operator"),
            "TENANTRY_VIEWER_KEY", derive(adminKey, "viewer")));
  }

  private static String derive(String adminKey, String role) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(adminKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(role.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JVM has no HmacSHA256", e);
    }
  }
}
