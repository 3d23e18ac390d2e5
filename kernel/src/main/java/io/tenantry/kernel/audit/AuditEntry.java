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
 * What somebody did, or was refused.
 *
 * @param actor who: {@code key:admin}, {@code user:…} by OpenID Connect, {@code api_key:} and a
 *     key's id, {@code kafka}, or {@code unknown}
 * @param action what: a method and a path with names in place of ids, or a name of its own
 * @param tenants the tenants it concerns; empty if it concerns none
 * @param source from where: a network address; empty if it came by none
 * @param code the stable code of the error that was answered
 * @param details what else is worth knowing; never a secret
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

  /** One that concerns a tenant, or none. */
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

  /** Of a command that came by Kafka, which authenticates its clients and not their messages. */
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
