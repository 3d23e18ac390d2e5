package io.tenantry.kernel.audit;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What somebody did, or was refused.
 *
 * @param actor who: {@code key:admin}, {@code user:…} by OpenID Connect, {@code api_key:} and a
 *     key's id, {@code kafka}, or {@code unknown}
 * @param action what: a method and a path with names in place of ids, or a name of its own
 * @param tenantId which tenant; empty if it concerns none
 * @param source from where: a network address; empty if it came by none
 * @param code the stable code of the error that was answered
 * @param details what else is worth knowing; never a secret
 */
public record AuditEntry(
    String actor,
    String action,
    Optional<UUID> tenantId,
    Optional<String> source,
    Outcome outcome,
    Optional<String> code,
    Map<String, String> details) {

  /** The actor behind a key that nobody knows. */
  public static final String UNKNOWN = "unknown";

  /** The actor behind a tenant's key. */
  public static String ofKey(UUID keyId) {
    return "api_key:" + keyId;
  }

  /** How it ended, as the log writes it. */
  public enum Outcome {
    SUCCEEDED,
    REFUSED,
    FAILED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
