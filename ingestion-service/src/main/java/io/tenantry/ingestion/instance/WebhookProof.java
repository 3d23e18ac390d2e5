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
 * What a message's headers say to prove that its sender knows the instance's secret. What can be
 * decided without the body is decided when it is made.
 */
sealed interface WebhookProof {

  /** The header that names a message (Standard Webhooks). */
  String ID = "webhook-id";

  /** What a secret of Standard Webhooks begins with; the rest is base64. */
  String STANDARD_PREFIX = "whsec_";

  /** The fewest bytes of a key for Standard Webhooks. */
  int SHORTEST_KEY = 16;

  /** Whether the headers alone prove it. */
  boolean isComplete();

  /**
   * Checks the body.
   *
   * @throws TenantryException {@code UNAUTHENTICATED}
   */
  void check(byte[] body);

  /**
   * What names the message, so that one that is sent again is stored once. Only what is signed
   * counts, if anything is: or a message could be replayed under another name.
   */
  Optional<String> messageId();

  /** What names the message if nothing does that is its sender's word. */
  default Optional<String> nameByBody(byte[] body) {
    return Optional.empty();
  }

  /**
   * The proof in a message's headers.
   *
   * @param tolerance how far a signed time may be from now
   * @throws TenantryException {@code UNAUTHENTICATED} if no body could make it right
   */
  static WebhookProof of(Instance instance, MultiMap headers, Instant now, Duration tolerance) {
    if (instance.webhookSecret().isEmpty()) {
      return new Headers(headerId(headers));
    }
    String secret = instance.webhookSecret().get();
    return switch (instance.webhookSigning()) {
      case BODY -> ofBody(secret, headers);
      case STANDARD -> StandardSignature.of(secret, headers, now, tolerance);
    };
  }

  /** Whether messages can be signed by Standard Webhooks with this secret. */
  static boolean isStandardSecret(String secret) {
    try {
      return StandardSignature.key(secret).length >= SHORTEST_KEY;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static WebhookProof ofBody(String secret, MultiMap headers) {
    String signature = headers.get(BodySignature.HEADER);
    if (signature != null) {
      return new BodySignature(secret, signature);
    }
    String shared = headers.get(Headers.SECRET);
    if (shared == null || !equal(shared, secret)) {
      throw new TenantryException(
          ErrorCode.UNAUTHENTICATED,
          "The message needs the right %s or %s.".formatted(BodySignature.HEADER, Headers.SECRET));
    }
    return new Headers(headerId(headers));
  }

  private static Optional<String> headerId(MultiMap headers) {
    return Optional.ofNullable(headers.get(ID)).filter(WebhookProof::canName);
  }

  private static boolean canName(String id) {
    return !id.isEmpty() && id.length() <= Event.LONGEST_ID && JsonText.flaw(id).isEmpty();
  }

  /** In constant time, as far as the lengths are equal. */
  private static boolean equal(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  /** What names a message by its body. */
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

  /** No body is needed: the instance has no secret, or it came in a header and was right. */
  record Headers(Optional<String> id) implements WebhookProof {

    private static final String SECRET = "X-Webhook-Secret";

    @Override
    public boolean isComplete() {
      return true;
    }

    @Override
    public void check(byte[] body) {}

    @Override
    public Optional<String> messageId() {
      return id;
    }
  }

  /** A signature of the body alone: HMAC-SHA256 in hex. */
  record BodySignature(String secret, String signature) implements WebhookProof {

    private static final String HEADER = "X-Hub-Signature-256";
    private static final String SCHEME = "sha256=";

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public void check(byte[] body) {
      byte[] right = hmac(secret.getBytes(StandardCharsets.UTF_8), body);
      if (!equal(signature, SCHEME + HexFormat.of().formatHex(right))) {
        throw new TenantryException(
            ErrorCode.UNAUTHENTICATED, "The message needs the right %s.".formatted(HEADER));
      }
    }

    /** The header {@value WebhookProof#ID} is not signed. */
    @Override
    public Optional<String> messageId() {
      return Optional.empty();
    }

    @Override
    public Optional<String> nameByBody(byte[] body) {
      return Optional.of(digest(body));
    }

    @Override
    public String toString() {
      return "BodySignature[]";
    }
  }

  /** A signature of id, timestamp and body (Standard Webhooks 1.0). */
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
      if (id == null || !canName(id) || timestamp == null || signatures == null) {
        throw refused("The message needs %s, %s and %s.".formatted(ID, TIMESTAMP, HEADER));
      }
      if (!SECONDS.matcher(timestamp).matches()
          || Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now)
                  .abs()
                  .compareTo(tolerance)
              > 0) {
        throw refused(
            "The %s is more than %d s from the service's time."
                .formatted(TIMESTAMP, tolerance.toSeconds()));
      }
      return new StandardSignature(secret, id, timestamp, signatures);
    }

    private static TenantryException refused(String detail) {
      return new TenantryException(ErrorCode.UNAUTHENTICATED, detail);
    }

    /** The key of a secret: what follows the prefix is base64, a secret without it is the key. */
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
    public void check(byte[] body) {
      byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
      String right = SCHEME + Base64.getEncoder().encodeToString(hmac(key(secret), head, body));
      boolean proven = false;
      // Several while a sender changes its secret.
      for (String signature : signatures.split(" ", -1)) {
        proven |= equal(signature, right);
      }
      if (!proven) {
        throw refused("The message needs the right %s.".formatted(HEADER));
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
