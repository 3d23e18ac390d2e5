package io.tenantry.backup.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.Optional;

/**
 * The body of a request for a backup.
 *
 * @param kind {@code manual} (the default), {@code emergency} or {@code before_migration}
 * @param newKey whether the tenant gets a new key, should its key have been destroyed
 */
@RegisterForReflection
record BackupRequest(Optional<RequestedKind> kind, Optional<Boolean> newKey) {

  /** The kinds that can be asked for; public, or the OpenAPI document has the constants. */
  @RegisterForReflection
  public enum RequestedKind {
    MANUAL,
    EMERGENCY,
    BEFORE_MIGRATION;

    BackupKind kind() {
      return BackupKind.valueOf(name());
    }

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
