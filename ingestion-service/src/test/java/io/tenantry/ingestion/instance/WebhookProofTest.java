package io.tenantry.ingestion.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tenantry.ingestion.WebhookSignatures;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("I9")
@Tag("P13")
class WebhookProofTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:44:07Z");
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final String BODY = "{\"a\":1}";
  private static final byte[] KEY =
      "a key of thirty-two bytes length".getBytes(StandardCharsets.UTF_8);
  private static final String SECRET = "whsec_" + Base64.getEncoder().encodeToString(KEY);

  private static WebhookProof proof(
      String secret, WebhookSigning signing, Map<String, String> headers) {
    MultiMap all = MultiMap.caseInsensitiveMultiMap();
    headers.forEach(all::add);
    return WebhookProof.of(
        TestInstance.of(Optional.ofNullable(secret), signing), all, NOW, TOLERANCE);
  }

  private static void check(WebhookProof proof, String body) {
    proof.verify(body.getBytes(StandardCharsets.UTF_8));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(type(TenantryException.class))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHENTICATED));
  }

  @Test
  void needsNoProofWithoutSecret() {
    WebhookProof proof = proof(null, WebhookSigning.BODY, Map.of("webhook-id", "m1"));

    assertThat(proof.isComplete()).isTrue();
    assertThat(proof.messageId()).contains("m1");
    assertThatCode(() -> check(proof, BODY)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\0b", "\ud800"})
  void ignoresIdThatCannotBeStored(String id) {
    assertThat(proof(null, WebhookSigning.BODY, Map.of("webhook-id", id)).messageId()).isEmpty();
    assertThat(proof(null, WebhookSigning.BODY, Map.of("webhook-id", "x".repeat(201))).messageId())
        .isEmpty();
  }

  @Test
  void acceptsSharedSecretAndItsId() {
    WebhookProof proof =
        proof(
            "s3cret",
            WebhookSigning.BODY,
            Map.of("X-Webhook-Secret", "s3cret", "webhook-id", "m1"));

    assertThat(proof.isComplete()).isTrue();
    assertThat(proof.messageId()).contains("m1");
  }

  @Test
  void refusesWrongOrMissingSecretBeforeTheBody() {
    assertRefused(() -> proof("s3cret", WebhookSigning.BODY, Map.of()));
    assertRefused(() -> proof("s3cret", WebhookSigning.BODY, Map.of("X-Webhook-Secret", "wrong")));
    assertRefused(() -> proof("s3cret", WebhookSigning.BODY, Map.of("X-Webhook-Secret", "")));
  }

  @Test
  void verifiesSignatureOfBodyAndNamesMessageByIt() {
    String signature = WebhookSignatures.ofBody("s3cret", BODY);
    WebhookProof proof =
        proof(
            "s3cret",
            WebhookSigning.BODY,
            Map.of("X-Hub-Signature-256", signature, "webhook-id", "m1"));

    assertThat(proof.isComplete()).isFalse();
    assertThatCode(() -> check(proof, BODY)).doesNotThrowAnyException();
    assertRefused(() -> check(proof, BODY + " "));
    // The id is not signed: a message could be replayed with another.
    assertThat(proof.messageId()).isEmpty();
    assertThat(proof.idFromBody(BODY.getBytes(StandardCharsets.UTF_8)))
        .hasValueSatisfying(name -> assertThat(name).startsWith("sha256:").hasSize(71));
    WebhookProof other =
        proof("another", WebhookSigning.BODY, Map.of("X-Hub-Signature-256", signature));
    assertRefused(() -> check(other, BODY));
  }

  @Test
  void ignoresSecretInHeaderBesideSignature() {
    WebhookProof proof =
        proof(
            "s3cret",
            WebhookSigning.BODY,
            Map.of("X-Hub-Signature-256", "sha256=00", "X-Webhook-Secret", "s3cret"));

    assertThat(proof.isComplete()).isFalse();
    assertRefused(() -> check(proof, BODY));
  }

  private static WebhookProof isDefault(String id, Instant at, String signature) {
    return proof(
        SECRET,
        WebhookSigning.STANDARD,
        Map.of(
            "webhook-id", id,
            "webhook-timestamp", Long.toString(at.getEpochSecond()),
            "webhook-signature", signature));
  }

  @Test
  void verifiesStandardWebhooks() {
    String right = WebhookSignatures.standard(KEY, "m1", NOW, BODY);

    assertThatCode(() -> check(isDefault("m1", NOW, right), BODY)).doesNotThrowAnyException();
    assertThatCode(() -> check(isDefault("m1", NOW, "v1,AAAA v1a,BBBB " + right), BODY))
        .doesNotThrowAnyException();
    assertThat(isDefault("m1", NOW, right).messageId()).contains("m1");
    assertRefused(() -> check(isDefault("m1", NOW, right), "{\"a\":2}"));
    assertRefused(() -> check(isDefault("m2", NOW, right), BODY));
    assertRefused(() -> check(isDefault("m1", NOW.plusSeconds(1), right), BODY));
    assertRefused(() -> check(isDefault("m1", NOW, "v1," + right), BODY));
    assertRefused(() -> check(isDefault("m1", NOW, ""), BODY));
  }

  @ParameterizedTest
  @CsvSource({"-300, true", "300, true", "-301, false", "301, false"})
  void refusesTimestampsOutsideTolerance(long seconds, boolean accepted) {
    Instant at = NOW.plusSeconds(seconds);
    String signature = WebhookSignatures.standard(KEY, "m1", at, BODY);

    if (accepted) {
      check(isDefault("m1", at, signature), BODY);
    } else {
      assertRefused(() -> isDefault("m1", at, signature));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1e9", "9999999999999", "now"})
  void refusesTimestampThatIsNotSeconds(String timestamp) {
    assertRefused(
        () ->
            proof(
                SECRET,
                WebhookSigning.STANDARD,
                Map.of(
                    "webhook-id", "m1",
                    "webhook-timestamp", timestamp,
                    "webhook-signature", "v1,AAAA")));
  }

  @Test
  void refusesOtherProofsWhereStandardIsConfigured() {
    assertRefused(() -> proof(SECRET, WebhookSigning.STANDARD, Map.of("X-Webhook-Secret", SECRET)));
    assertRefused(
        () ->
            proof(
                SECRET,
                WebhookSigning.STANDARD,
                Map.of("X-Hub-Signature-256", WebhookSignatures.ofBody(SECRET, BODY))));
  }

  @ParameterizedTest
  @CsvSource({
    "whsec_%%%, false",
    "whsec_, false",
    "whsec_AAAA, false",
    "whsec_AAAAAAAAAAAAAAAAAAAAAA==, true",
    "sixteen letters!, true",
    "fifteen letters, false"
  })
  void requiresKeyOfSixteenBytesForStandardWebhooks(String secret, boolean valid) {
    assertThat(WebhookProof.isStandardSecret(secret)).isEqualTo(valid);
  }

  @Test
  void showsNoSecretAsText() {
    WebhookProof proof =
        proof("s3cret", WebhookSigning.BODY, Map.of("X-Hub-Signature-256", "sha256=00"));

    assertThat(proof.toString()).doesNotContain("s3cret");
    assertThat(isDefault("m1", NOW, "v1,AAAA").toString()).doesNotContain(SECRET);
  }
}
