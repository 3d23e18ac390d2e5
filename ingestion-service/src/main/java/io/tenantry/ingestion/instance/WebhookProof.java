package io.tenantry.ingestion.instance;

import io.tenantry.kernel.problem.ErrorCode;
import io.tenantry.kernel.problem.TenantryException;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Whether a message comes from who knows the instance's secret. */
final class WebhookProof {

  private static final String SIGNATURE = "X-Hub-Signature-256";
  private static final String SECRET = "X-Webhook-Secret";
  private static final String SCHEME = "sha256=";

  private WebhookProof() {}

  /**
   * Lets a message pass that is signed with the secret (HMAC-SHA256 of the body, in hex), or comes
   * with it.
   *
   * @throws TenantryException {@code UNAUTHENTICATED}
   */
  static void check(RoutingContext context, String secret, byte[] body) {
    String signature = context.request().getHeader(SIGNATURE);
    String shared = context.request().getHeader(SECRET);
    boolean proven =
        signature != null
            ? equal(signature, SCHEME + HexFormat.of().formatHex(hmac(secret, body)))
            : shared != null && equal(shared, secret);
    if (!proven) {
      throw new TenantryException(
          ErrorCode.UNAUTHENTICATED,
          "The message needs the right %s or %s.".formatted(SIGNATURE, SECRET));
    }
  }

  /** In constant time, as far as the lengths are equal. */
  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
