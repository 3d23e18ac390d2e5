package io.tenantry.ingestion;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages as senders of webhooks do. */
public final class WebhookSignatures {

  private WebhookSignatures() {}

  /** The header X-Hub-Signature-256 of a body. */
  public static String ofBody(String secret, String body) {
    return "sha256="
        + HexFormat.of().formatHex(hmac(secret.getBytes(StandardCharsets.UTF_8), body));
  }

  /** The header webhook-signature of Standard Webhooks. */
  public static String standard(byte[] key, String id, Instant at, String body) {
    return "v1,"
        + Base64.getEncoder()
            .encodeToString(hmac(key, id + "." + at.getEpochSecond() + "." + body));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
