package io.tenantry.backup.orphan;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A file in a store that is no backup's of which this control database has a record.
 *
 * @param key its name in the store
 * @param kind what it is, and what becomes of it
 * @param tenantId the tenant in its name, if it is named as a backup
 * @param backupId the backup in its name, if it is named as one
 */
@RegisterForReflection
public record OrphanFile(
    String store,
    String key,
    long bytes,
    Instant modifiedAt,
    Kind kind,
    Optional<UUID> tenantId,
    Optional<UUID> backupId) {

  /** What such a file is. */
  @RegisterForReflection
  public enum Kind {
    /** A backup that failed or has expired, by its record: removed by the retention. */
    LEFTOVER(true),
    /** A backup that this installation wrote and can read: it can be imported, and is kept. */
    IMPORTABLE(false),
    /** A backup that this installation wrote, with a key that was destroyed: kept. */
    KEY_DESTROYED(false),
    /** One with a key that is not in this control database, which is older than it: kept. */
    KEY_MISSING(false),
    /** A backup of an older version, without its record in it: kept. */
    OLD_FORMAT(false),
    /** A backup that another installation wrote, or one under another's name: kept. */
    OTHER_BACKUP(false),
    /** Named as a backup, and none: removed by the retention when it was seen for long enough. */
    NO_BACKUP(true),
    /** Not named as a backup: it is not Tenantry's, and is kept. */
    FOREIGN(false);

    private final boolean removable;

    Kind(boolean removable) {
      this.removable = removable;
    }

    /** Whether it is ever removed without being asked for. */
    public boolean removable() {
      return removable;
    }

    /** Its name in the API and the database. */
    @JsonValue
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
