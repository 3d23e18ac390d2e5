package io.tenantry.ingestion.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an instance says itself, and what the service's configuration says. */
@Tag("I8")
class ChangeInstanceTest {

  private static final Settings OWN =
      new Settings(
          Optional.of("http://a"),
          Optional.of("key"),
          Optional.empty(),
          Optional.of("prefix"),
          Optional.empty(),
          Optional.of("api-key"),
          Optional.of("bot"),
          Optional.of(7));

  private static final Instance INSTANCE =
      TestInstance.of(OWN, Optional.of("s3cret"), WebhookSigning.BODY);

  private static ChangeInstance change(
      String url, String key, String agent, Integer timeout, String secret) {
    return new ChangeInstance(
        null, null, url, key, null, null, null, null, agent, timeout, secret, null, null);
  }

  @Test
  void keepsWhatIsLeftOut() {
    assertThat(change(null, null, null, null, null).applyTo(INSTANCE))
        .usingRecursiveComparison()
        .isEqualTo(INSTANCE);
  }

  @Test
  void clearsWhatIsEmpty() {
    Instance changed = change("", "", "", 0, "").applyTo(INSTANCE);

    assertThat(changed.settings().evolutionUrl()).isEmpty();
    assertThat(changed.settings().evolutionKey()).isEmpty();
    assertThat(changed.settings().defaultAgent()).isEmpty();
    assertThat(changed.settings().agentTimeout()).isEmpty();
    assertThat(changed.webhookSecret()).isEmpty();
    assertThat(changed.settings().sessionIdPrefix()).contains("prefix");
  }

  @Test
  void changesWhatIsSaid() {
    UUID tenant = UUID.randomUUID();
    Instance changed =
        new ChangeInstance(
                tenant,
                "sms",
                "http://b",
                "new-key",
                "phone",
                null,
                null,
                null,
                null,
                9,
                "a new secret",
                WebhookSigning.STANDARD,
                false)
            .applyTo(INSTANCE);

    assertThat(changed.tenantId()).contains(tenant);
    assertThat(changed.channelType()).isEqualTo("sms");
    assertThat(changed.settings().evolutionUrl()).contains("http://b");
    assertThat(changed.settings().evolutionKey()).contains("new-key");
    assertThat(changed.settings().whatsappInstance()).contains("phone");
    assertThat(changed.settings().agentTimeout()).contains(9);
    assertThat(changed.webhookSecret()).contains("a new secret");
    assertThat(changed.webhookSigning()).isEqualTo(WebhookSigning.STANDARD);
    assertThat(changed.isActive()).isFalse();
    assertThat(changed.name()).isEqualTo(INSTANCE.name());
  }

  @Test
  void keepsSecretWhoseMaskIsSentBack() {
    String mask = OWN.masked().evolutionKey().orElseThrow();

    Instance changed = change(mask, mask, null, null, mask).applyTo(INSTANCE);

    assertThat(changed.settings().evolutionKey()).contains("key");
    assertThat(changed.webhookSecret()).contains("s3cret");
    // Not a secret: nothing was masked.
    assertThat(changed.settings().evolutionUrl()).contains(mask);
  }

  @Test
  void masksSecretsOnly() {
    Settings masked = OWN.masked();

    assertThat(masked.evolutionKey()).contains("********");
    assertThat(masked.agentApiKey()).contains("********");
    assertThat(masked.evolutionUrl()).contains("http://a");
    assertThat(TestInstance.NO_SETTINGS.masked()).isEqualTo(TestInstance.NO_SETTINGS);
  }

  @Test
  void fallsBackToConfigurationPerSetting() {
    Settings defaults =
        new Settings(
            Optional.of("http://standard"),
            Optional.empty(),
            Optional.of("first-phone"),
            Optional.of("session-"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(60));

    Settings effective = OWN.orElse(defaults);

    assertThat(effective.evolutionUrl()).contains("http://a");
    assertThat(effective.whatsappInstance()).contains("first-phone");
    assertThat(effective.agentTimeout()).contains(7);
    assertThat(effective.agentApiUrl()).isEmpty();
    assertThat(TestInstance.NO_SETTINGS.orElse(defaults)).isEqualTo(defaults);
  }

  @Test
  void showsNoSecretAsText() {
    assertThat(INSTANCE.toString() + OWN).doesNotContain("s3cret", "key", "prefix");
  }
}
