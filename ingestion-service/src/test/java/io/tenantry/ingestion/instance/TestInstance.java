package io.tenantry.ingestion.instance;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Instances that are in no database. */
final class TestInstance {

  static final Settings NO_SETTINGS =
      new Settings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private TestInstance() {}

  /** An active one without settings. */
  static Instance of(Optional<String> secret, WebhookSigning signing) {
    return of(NO_SETTINGS, secret, signing);
  }

  static Instance of(Settings settings, Optional<String> secret, WebhookSigning signing) {
    return new Instance(
        UUID.randomUUID(),
        "shop",
        Optional.of(UUID.randomUUID()),
        "whatsapp",
        settings,
        secret,
        signing,
        false,
        true,
        Instant.EPOCH,
        Instant.EPOCH);
  }
}
