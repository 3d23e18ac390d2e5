package io.tenantry.backup.orphan;

import com.fasterxml.jackson.annotation.JsonValue;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A file in a store that belongs to no backup with a record in this control database.
 *
 * @param key its name in the store
 * @param kind what it is, and whether it is kept
 * @param tenantId the tenant in its name, if it has a backup's name
 * @param backupId the backup in its name, if it has a backup's name
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

  /** The kind of an orphaned file. */
  @RegisterForReflection
  public enum Kind {
    /** A file of a backup that failed or expired; retention removes it. */
    LEFTOVER(true),
    /** A backup of this installation whose key exists; it can be imported, and is kept. */
    IMPORTABLE(false),
    /** A backup of this installation whose key was destroyed; it is kept. */
    KEY_DESTROYED(false),
    /**
     * A backup whose key is not in this control database, which may be an older one; it is kept.
     */
    KEY_MISSING(false),
    /** A backup in an old format that does not contain its record; it is kept. */
    OLD_FORMAT(false),
    /** A backup of another installation, or one with another backup's name; it is kept. */
    OTHER_BACKUP(false),
    /** Not a backup, although it has a backup's name; retention removes it after a waiting time. */
    NO_BACKUP(true),
    /** A file without a backup's name; it is not Tenantry's, and is kept. */
    FOREIGN(false);

    private final boolean removable;

    Kind(boolean removable) {
      this.removable = removable;
    }

    /** Whether retention removes such files. */
    public boolean isRemovable() {
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
