package io.tenantry.ingestion.instance;

import io.tenantry.ingestion.event.Event;
import io.tenantry.ingestion.http.JsonText;
import io.tenantry.kernel.crypto.Sha256;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The proof, from a message's headers, that its sender knows the instance's secret. Everything that
 * does not depend on the body is checked on creation.
 */
sealed interface WebhookProof {

  /** The header with a message's id (Standard Webhooks). */
  String ID = "webhook-id";

  /** The prefix of a Standard Webhooks secret; the rest is base64. */
  String STANDARD_PREFIX = "whsec_";

  /** Minimum length of a Standard Webhooks key in bytes. */
  int MIN_KEY_BYTES = 16;

  /** Whether the headers suffice, without the body. */
  boolean isComplete();

  /**
   * Verifies the body.
   *
   * @throws TenantryException {@code UNAUTHENTICATED}
   */
  void verify(byte[] body);

  /**
   * The message's id, so that a message that is sent again is stored once. If the message is
   * signed, only a signed id counts: otherwise it could be replayed under another id.
   */
  Optional<String> messageId();

  /** The id derived from the body, for a message without any other id. */
  default Optional<String> idFromBody(byte[] body) {
    return Optional.empty();
  }

  /**
   * Reads the proof from a message's headers.
   *
   * @param tolerance maximum difference between a signed timestamp and the current time
   * @throws TenantryException {@code UNAUTHENTICATED} if the headers are invalid, whatever the body
   *     is
   */
  static WebhookProof of(Instance instance, MultiMap headers, Instant now, Duration tolerance) {
    if (instance.webhookSecret().isEmpty()) {
      return new HeaderProof(headerId(headers));
    }
    String secret = instance.webhookSecret().get();
    return switch (instance.webhookSigning()) {
      case BODY -> ofBody(secret, headers);
      case STANDARD -> StandardSignature.of(secret, headers, now, tolerance);
    };
  }

  /** Whether a secret is valid for Standard Webhooks. */
  static boolean isStandardSecret(String secret) {
    try {
      return StandardSignature.key(secret).length >= MIN_KEY_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static WebhookProof ofBody(String secret, MultiMap headers) {
    String signature = headers.get(BodySignature.HEADER);
    if (signature != null) {
      return new BodySignature(secret, signature);
    }
    String shared = headers.get(HeaderProof.SECRET);
    if (shared == null || !constantTimeEquals(shared, secret)) {
      throw new TenantryException(
          ErrorCode.UNAUTHENTICATED,
          "The header %s or %s is missing or wrong. Sign the message with the instance's secret."
              .formatted(BodySignature.HEADER, HeaderProof.SECRET));
    }
    return new HeaderProof(headerId(headers));
  }

  private static Optional<String> headerId(MultiMap headers) {
    return Optional.ofNullable(headers.get(ID)).filter(WebhookProof::isUsableId);
  }

  private static boolean isUsableId(String id) {
    return !id.isEmpty()
        && id.length() <= Event.MAX_ID_LENGTH
        && JsonText.findUnstorable(id).isEmpty();
  }

  /** Compares in constant time if the lengths are equal. */
  private static boolean constantTimeEquals(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** A message's id derived from its body. */
  static String digest(byte[] body) {
    return "sha256:" + Sha256.hexOf(body);
  }

  /** SHA-256 in hex. */
  static String sha256(String text) {
    return Sha256.hexOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(byte[] secret, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }

  /** A proof by headers alone: the instance has no secret, or a header contains it. */
  record HeaderProof(Optional<String> id) implements WebhookProof {

    private static final String SECRET = "X-Webhook-Secret";

    @Override
    public boolean isComplete() {
      return true;
    }

    @Override
    public void verify(byte[] body) {}

    @Override
    public Optional<String> messageId() {
      return id;
    }
  }

  /** An HMAC-SHA256 signature of the body, in hex. */
  record BodySignature(String secret, String signature) implements WebhookProof {

    private static final String HEADER = "X-Hub-Signature-256";
    private static final String SCHEME = "sha256=";

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public void verify(byte[] body) {
      byte[] expected = hmac(secret.getBytes(StandardCharsets.UTF_8), body);
      if (!constantTimeEquals(signature, SCHEME + HexFormat.of().formatHex(expected))) {
        throw new TenantryException(
            ErrorCode.UNAUTHENTICATED,
            "The signature in %s is wrong. Sign the body with the instance's secret."
                .formatted(HEADER));
      }
    }

    /** The header {@value WebhookProof#ID} is not signed. */
    @Override
    public Optional<String> messageId() {
      return Optional.empty();
    }

    @Override
    public Optional<String> idFromBody(byte[] body) {
      return Optional.of(digest(body));
    }

    @Override
    public String toString() {
      return "BodySignature[]";
    }
  }

  /** A signature over id, timestamp and body (Standard Webhooks 1.0). */
  record StandardSignature(String secret, String id, String timestamp, String signatures)
      implements WebhookProof {

    private static final String TIMESTAMP = "webhook-timestamp";
    private static final String HEADER = "webhook-signature";
    private static final String SCHEME = "v1,";
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");

    static WebhookProof of(String secret, MultiMap headers, Instant now, Duration tolerance) {
      String id = headers.get(ID);
      String timestamp = headers.get(TIMESTAMP);
      String signatures = headers.get(HEADER);
      if (id == null || !isUsableId(id) || timestamp == null || signatures == null) {
        throw unauthenticated(
            "The headers %s, %s and %s are required.".formatted(ID, TIMESTAMP, HEADER));
      }
      if (!SECONDS.matcher(timestamp).matches()
          || Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                  .abs()
                  .compareTo(tolerance)
              > 0) {
        throw unauthenticated(
            "The %s differs from the service's time by more than %d s. Check the sender's clock."
                .formatted(TIMESTAMP, tolerance.toSeconds()));
      }
      return new StandardSignature(secret, id, timestamp, signatures);
    }

    private static TenantryException unauthenticated(String detail) {
      return new TenantryException(ErrorCode.UNAUTHENTICATED, detail);
    }

    /**
     * The signing key: the decoded base64 after the prefix, or the secret itself without a prefix.
     */
    private static byte[] key(String secret) {
      return secret.startsWith(STANDARD_PREFIX)
          ? Base64.getDecoder().decode(secret.substring(STANDARD_PREFIX.length()))
          : secret.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public void verify(byte[] body) {
      byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
      String expected = SCHEME + Base64.getEncoder().encodeToString(hmac(key(secret), head, body));
      boolean proven = false;
      // A sender that rotates its secret sends several signatures.
      for (String signature : signatures.split(" ", -1)) {
        proven |= constantTimeEquals(signature, expected);
      }
      if (!proven) {
        throw unauthenticated(
            "The signature in %s is wrong. Sign id, timestamp and body with the instance's secret."
                .formatted(HEADER));
      }
    }

    @Override
    public Optional<String> messageId() {
      return Optional.of(id);
    }

    @Override
    public String toString() {
      return "StandardSignature[]";
    }
  }
}
