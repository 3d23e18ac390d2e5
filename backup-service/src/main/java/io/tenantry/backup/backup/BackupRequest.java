package io.tenantry.backup.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Locale;
import java.util.Optional;

/**
 * The body of a request for a backup.
 *
 * @param kind {@code manual} (the default), {@code emergency} or {@code before_migration}
 * @param newKey whether to create a new key if the tenant's key was destroyed
 */
@RegisterForReflection
record BackupRequest(Optional<RequestedKind> kind, Optional<Boolean> newKey) {

  /**
   * The kinds that can be requested. Public, because otherwise the OpenAPI document shows the
   * constants' names.
   */
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
