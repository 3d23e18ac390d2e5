package io.tenantry.tenant.webhook.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.tenantry.kernel.error.InvalidRequest;
import java.math.BigInteger;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures are verified by the reference library, and by the JDK alone. */
@Tag("T23")
class SigningKeyTest {

  private static final String ID = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W";
  private static final String PAYLOAD = "{\"type\":\"tenant.suspended\",\"data\":{\"ä\":\"€\"}}";

  private final SecureRandom random = new SecureRandom();

  @Test
  void signsSoThatReferenceLibraryVerifies() {
    SigningKey key = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);

    assertThatCode(() -> verify(key, headers(secrets(key), Instant.now())))
        .doesNotThrowAnyException();
  }

  @Test
  void isVerifiedWithBothSecretsDuringARotation() {
    Instant now = Instant.now();
    SigningKey previous = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);
    SigningKey next = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);
    EndpointSecrets rotated = secrets(previous).rotated(next, now, Duration.ofHours(24));

    Map<String, String> headers = headers(rotated, now);

    assertThat(headers.get("webhook-signature").split(" ")).hasSize(2);
    assertThatCode(() -> verify(previous, headers)).doesNotThrowAnyException();
    assertThatCode(() -> verify(next, headers)).doesNotThrowAnyException();
  }

  @Test
  void isNotVerifiedWithThePreviousSecretAfterTheOverlap() {
    Instant now = Instant.now();
    SigningKey previous = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);
    SigningKey next = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);
    EndpointSecrets rotated =
        secrets(previous).rotated(next, now.minus(Duration.ofHours(24)), Duration.ofHours(24));

    Map<String, String> headers = headers(rotated, now);

    assertThatThrownBy(() -> verify(previous, headers))
        .isInstanceOf(WebhookVerificationException.class);
    assertThatCode(() -> verify(next, headers)).doesNotThrowAnyException();
    assertThat(rotated.withoutExpired(now).previous()).isEmpty();
  }

  @Test
  void signsWithNothingButTheNewSecretIfThereIsNoOverlap() {
    SigningKey previous = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);
    SigningKey next = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);

    EndpointSecrets rotated = secrets(previous).rotated(next, Instant.now(), Duration.ZERO);

    assertThat(headers(rotated, Instant.now()).get("webhook-signature").split(" ")).hasSize(1);
  }

  @Test
  void signsWithEd25519SoThatTheJdkAloneVerifies() throws GeneralSecurityException {
    SigningKey key = SigningKey.generate(SigningAlgorithm.ED25519, random);

    Map<String, String> headers = headers(secrets(key), Instant.now());

    assertThat(verifies(key.publicKey().orElseThrow(), headers, PAYLOAD)).isTrue();
    assertThat(verifies(key.publicKey().orElseThrow(), headers, PAYLOAD + " ")).isFalse();
  }

  /** The key pair is an example of the specification; no public key is in the signature. */
  @Test
  void readsKeyPairOfTheSpecification() throws GeneralSecurityException {
    SigningKey key =
        SigningKey.parse(
            "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==");

    assertThat(key.publicKey()).contains("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=");
    assertThat(
            verifies(key.publicKey().orElseThrow(), headers(secrets(key), Instant.now()), PAYLOAD))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HMAC_SHA256", "ED25519"})
  void readsWhatItWrites(SigningAlgorithm algorithm) {
    SigningKey key = SigningKey.generate(algorithm, random);

    SigningKey again = SigningKey.parse(key.text());

    byte[] content = PAYLOAD.getBytes(StandardCharsets.UTF_8);
    assertThat(again.sign(content)).isEqualTo(key.sign(content));
    assertThat(again.publicKey()).isEqualTo(key.publicKey());
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 32, 64})
  void acceptsSecretsOf24To64Bytes(int bytes) {
    assertThatCode(() -> SigningKey.parse("whsec_" + base64(bytes))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 23, 65})
  void refusesSecretsOfOtherLengths(int bytes) {
    assertThatThrownBy(() -> SigningKey.parse("whsec_" + base64(bytes)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void refusesPublicKeyOfAnotherSeed() {
    byte[] first = bytes(SigningKey.generate(SigningAlgorithm.ED25519, random));
    byte[] second = bytes(SigningKey.generate(SigningAlgorithm.ED25519, random));
    System.arraycopy(second, 32, first, 32, 32);
    String mixed = "whsk_" + Base64.getEncoder().encodeToString(first);

    assertThatThrownBy(() -> SigningKey.parse(mixed)).isInstanceOf(InvalidRequest.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "secret", "whsec_", "whsec_ä", "whsk_AAAA", "WHSEC_AAAA"})
  void refusesWithoutQuotingTheSecret(String text) {
    assertThatThrownBy(() -> SigningKey.parse(text))
        .isInstanceOf(InvalidRequest.class)
        .message()
        .doesNotContain("AAAA", "ä");
  }

  @Test
  void showsNoSecretAsText() {
    SigningKey key = SigningKey.generate(SigningAlgorithm.HMAC_SHA256, random);

    assertThat(List.of(key, secrets(key)).toString()).doesNotContain(key.text());
  }

  @Test
  void refusesRotationThatWouldEndPromisedSecretEarly() {
    Instant now = Instant.now();
    EndpointSecrets four = secrets(key());
    for (int i = 0; i < 4; i++) {
      four = four.rotated(key(), now, Duration.ofHours(24));
    }
    EndpointSecrets secrets = four;

    assertThatThrownBy(() -> secrets.rotated(key(), now, Duration.ofHours(1)))
        .isInstanceOfSatisfying(
            InvalidRequest.class,
            refused ->
                assertThat(refused.errors().getFirst().field()).isEqualTo("overlap_seconds"));
    assertThat(secrets.rotated(key(), now, Duration.ZERO).previous()).isEmpty();
    assertThat(secrets.rotated(key(), now.plusSeconds(86_400), Duration.ofHours(1)).previous())
        .hasSize(1);
  }

  private static SigningKey key() {
    return SigningKey.generate(SigningAlgorithm.HMAC_SHA256, new SecureRandom());
  }

  private static EndpointSecrets secrets(SigningKey key) {
    return new EndpointSecrets(key.text(), List.of(), Map.of());
  }

  private static Map<String, String> headers(EndpointSecrets secrets, Instant at) {
    return secrets.signatureHeaders(ID, at, PAYLOAD.getBytes(StandardCharsets.UTF_8));
  }

  private static void verify(SigningKey key, Map<String, String> headers) throws Exception {
    Map<String, List<String>> values = new HashMap<>();
    headers.forEach((name, value) -> values.put(name, List.of(value)));
    new Webhook(key.text()).verify(PAYLOAD, HttpHeaders.of(values, (name, value) -> true));
  }

  /**
   * From the specification: the public key is 32 bytes, little-endian, the sign in the last bit.
   */
  private static boolean verifies(String publicKey, Map<String, String> headers, String payload)
      throws GeneralSecurityException {
    byte[] bytes = Base64.getDecoder().decode(publicKey.replaceFirst("^whpk_", ""));
    boolean odd = (bytes[31] & 0x80) != 0;
    bytes[31] &= 0x7f;
    byte[] bigEndian = new byte[32];
    for (int i = 0; i < 32; i++) {
      bigEndian[i] = bytes[31 - i];
    }
    PublicKey key =
        KeyFactory.getInstance("EdDSA")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
    Signature verifier = Signature.getInstance("EdDSA");
    verifier.initVerify(key);
    verifier.update(
        "%s.%s.%s"
            .formatted(headers.get("webhook-id"), headers.get("webhook-timestamp"), payload)
            .getBytes(StandardCharsets.UTF_8));
    String signature = headers.get("webhook-signature");
    assertThat(signature).startsWith("v1a,");
    return verifier.verify(Base64.getDecoder().decode(signature.substring("v1a,".length())));
  }

  private static String base64(int bytes) {
    return Base64.getEncoder().encodeToString(new byte[bytes]);
  }

  private static byte[] bytes(SigningKey key) {
    return Base64.getDecoder().decode(key.text().substring("whsk_".length()));
  }
}
