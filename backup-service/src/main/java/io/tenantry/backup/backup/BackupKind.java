package io.tenantry.backup.backup;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tenantry.kernel.job.NewJob;
import java.util.Locale;

/** Why a backup is made. */
@RegisterForReflection
public enum BackupKind {
  SCHEDULED(NewJob.NORMAL),
  MANUAL(NewJob.HIGH),
  /** Ahead of whatever waits. */
  EMERGENCY(NewJob.URGENT),
  BEFORE_MIGRATION(NewJob.HIGH),
  /** Before the tenant is deleted. */
  FINAL(NewJob.HIGH);

  private final int priority;

  BackupKind(int priority) {
    this.priority = priority;
  }

  /** Among the jobs that are due. */
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
