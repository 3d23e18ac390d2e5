package io.tenantry.kernel.audit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * An action that a caller performed or was refused.
 *
 * @param actor the caller: {@code key:admin}, {@code user:…} by OpenID Connect, {@code api_key:}
 *     and a key's id, {@code kafka}, or {@code unknown}
 * @param action an HTTP method and a path with placeholders for ids, or the name of an internal
 *     action
 * @param tenants the tenants that it concerns; may be empty
 * @param source the caller's network address; empty if unknown, or if several callers are counted
 *     together
 * @param code the stable code of the error that was returned
 * @param details further information; never a secret
 */
public record AuditEntry(
    String actor,
    String action,
    Set<UUID> tenants,
    Optional<String> source,
    Outcome outcome,
    Optional<String> code,
    Map<String, String> details) {

  public AuditEntry {
    tenants = Set.copyOf(tenants);
  }

  /** An entry that concerns at most one tenant. */
  public AuditEntry(
      String actor,
      String action,
      Optional<UUID> tenantId,
      Optional<String> source,
      Outcome outcome,
      Optional<String> code,
      Map<String, String> details) {
    this(actor, action, tenantId.map(Set::of).orElse(Set.of()), source, outcome, code, details);
  }

  /** The same entry, about this tenant. */
  public AuditEntry about(UUID tenantId) {
    return new AuditEntry(actor, action, Set.of(tenantId), source, outcome, code, details);
  }

  /**
   * The entry of a command that was received from Kafka, which authenticates clients but not
   * messages.
   */
  public static AuditEntry ofCommand(String topic, String type, UUID... tenants) {
    return new AuditEntry(
        "kafka",
        type,
        Arrays.stream(tenants).filter(Objects::nonNull).collect(Collectors.toSet()),
        Optional.empty(),
        Outcome.SUCCEEDED,
        Optional.empty(),
        Map.of("topic", topic));
  }

  /** The actor of a key that does not exist. */
  public static final String UNKNOWN = "unknown";

  /** The actor of a tenant's key. */
  public static String ofKey(UUID keyId) {
    return "api_key:" + keyId;
  }

  /** The result of the action, as the audit log stores it. */
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
