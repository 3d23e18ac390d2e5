package io.tenantry.ingestion.instance;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A channel instance with its secrets in clear text. Never return it from the API.
 *
 * @param tenantId the tenant of its events; empty only for the instance created at the first start,
 *     until a tenant is set
 * @param settings its own settings
 * @param webhookSecret the secret that authenticates messages
 * @param webhookSigning how messages are signed
 */
record Instance(
    UUID id,
    String name,
    Optional<UUID> tenantId,
    String channelType,
    Settings settings,
    Optional<String> webhookSecret,
    WebhookSigning webhookSigning,
    boolean isDefault,
    boolean isActive,
    Instant createdAt,
    Instant updatedAt) {

  /** Prefix of the encryption context of an instance's secrets; the instance's id follows. */
  static final String ENCRYPTION_CONTEXT = "instance ";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  /** Whether a text can be an instance's name. */
  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  /** The encryption context that binds an instance's secrets to it. */
  static String encryptionContext(UUID id) {
    return ENCRYPTION_CONTEXT + id;
  }

  @Override
  public String toString() {
    return "Instance[" + name + "]";
  }
}
