package io.tenantry.backup.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.job.NewJob;
import java.util.Locale;

/** The reason for a backup. */
@RegisterForReflection
public enum BackupKind {
  SCHEDULED(NewJob.NORMAL),
  MANUAL(NewJob.HIGH),
  /** Runs before all waiting jobs. */
  EMERGENCY(NewJob.URGENT),
  BEFORE_MIGRATION(NewJob.HIGH),
  /** Before the tenant is deleted. */
  FINAL(NewJob.HIGH);

  private final int priority;

  BackupKind(int priority) {
    this.priority = priority;
  }

  /** The priority of its job. */
  int priority() {
    return priority;
  }

  static BackupKind of(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Its name in the API, the events and the database. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
