package io.tenantry.ingestion.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.ingestion.event.Event;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("I9")
class WebhookMessageTest {

  private static final Settings STANDARDS =
      new Settings(
          Optional.of("http://evolution"),
          Optional.of("key-of-the-service"),
          Optional.of("first-phone"),
          Optional.of("session-"),
          Optional.empty(),
          Optional.of("agent-key"),
          Optional.of("assistant"),
          Optional.of(60));

  private static WebhookMessage message(
      WebhookProof proof, Settings settings, Optional<String> contentType, String body) {
    Instance instance = TestInstance.of(settings, Optional.empty(), WebhookSigning.BODY);
    return WebhookMessage.of(
        new WebhookTargets.Target(instance, UUID.randomUUID(), proof),
        contentType,
        body.getBytes(StandardCharsets.UTF_8),
        STANDARDS);
  }

  private static Event event(Optional<String> contentType, String body) {
    return message(
            new WebhookProof.HeaderProof(Optional.empty()),
            TestInstance.NO_SETTINGS,
            contentType,
            body)
        .event();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | {\"a\":1} | application/json",
        "application/json; charset=utf-8 | {\"a\":1} | application/json; charset=utf-8",
        "application/json | {no json | application/octet-stream",
        "application/json | {\"n\":1e131072} | application/octet-stream",
        "application/json | \"\\u0000\" | application/octet-stream",
        "text/plain | hello | text/plain",
        "text/plain | {\"a\":1} | text/plain",
        "`` | {\"a\":1} | application/json",
        "`` | hello | application/octet-stream",
      })
  void callsJsonOnlyWhatCanBeStoredAsJson(String declared, String body, String expected) {
    Event event = event(Optional.of(declared).filter(type -> !type.isEmpty()), body);

    assertThat(event.contentType()).isEqualTo(expected);
    assertThat(event.data()).asString(StandardCharsets.UTF_8).isEqualTo(body);
  }

  @Test
  void ignoresContentTypeThatCannotBeStored() {
    assertThat(event(Optional.of("text/" + "x".repeat(1100)), "{}").contentType())
        .isEqualTo("application/json");
    assertThat(event(Optional.of("text/\0"), "x").contentType())
        .isEqualTo("application/octet-stream");
  }

  @Test
  void describesInstanceWithoutItsSecrets() {
    Settings own =
        new Settings(
            Optional.empty(),
            Optional.of("own-key"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("mine"),
            Optional.empty());

    Event event =
        message(new WebhookProof.HeaderProof(Optional.empty()), own, Optional.empty(), "{}")
            .event();

    assertThat(event.extensions())
        .isEqualTo(
            Map.of(
                "instance", "shop",
                "channeltype", "whatsapp",
                "whatsappinstance", "first-phone",
                "sessionidprefix", "session-",
                "defaultagent", "mine"));
    assertThat(event.source()).isEqualTo("urn:tenantry:instance:shop");
    assertThat(event.type()).isEqualTo("io.tenantry.webhook.received.v1");
  }

  @Test
  void prefersIdThatSenderHasProven() {
    WebhookMessage isNamed =
        message(
            new WebhookProof.HeaderProof(Optional.of("m1")),
            TestInstance.NO_SETTINGS,
            Optional.empty(),
            "{}");
    WebhookMessage signed =
        message(
            new WebhookProof.BodySignature("s3cret", "sha256=00"),
            TestInstance.NO_SETTINGS,
            Optional.empty(),
            "{}");
    WebhookMessage unnamed =
        message(
            new WebhookProof.HeaderProof(Optional.empty()),
            TestInstance.NO_SETTINGS,
            Optional.empty(),
            "{}");

    assertThat(isNamed.event().id()).isEqualTo("m1");
    assertThat(isNamed.isNamed()).isTrue();
    assertThat(signed.event().id()).startsWith("sha256:");
    assertThat(signed.isNamed()).isTrue();
    assertThat(unnamed.event().id()).matches("[0-9a-f-]{36}");
    assertThat(unnamed.isNamed()).isFalse();
  }
}
