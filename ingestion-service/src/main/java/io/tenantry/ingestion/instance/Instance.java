package io.tenantry.ingestion.instance;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A channel instance, secrets in clear: for the inside only.
 *
 * @param tenantId whose events it takes in; empty only until the one made at the first start is
 *     given one
 * @param settings what it says of its own
 * @param webhookSecret what messages have to be signed with, or to come with
 * @param webhookSigning how they are signed
 */
record Instance(
    UUID id,
    String name,
    Optional<UUID> tenantId,
    String channelType,
    Settings settings,
    Optional<String> webhookSecret,
    WebhookSigning webhookSigning,
    boolean standard,
    boolean active,
    Instant createdAt,
    Instant updatedAt) {

  /** What an instance's id is put after to make what its secrets are bound to. */
  static final String ENCRYPTION_CONTEXT = "instance ";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /** Whether an instance could have this name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** What the secrets of an instance are bound to when they are encrypted. */
  static String encryptionContext(UUID id) {
    return ENCRYPTION_CONTEXT + id;
  }

  @Override
  public String toString() {
    return "Instance[" + name + "]";
  }
}
