package io.tenantry.backup.store;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Identifies a backup's file, and gives its key in a store. */
public record ArchiveId(UUID tenantId, UUID backupId) {

  private static final String UUID_TEXT = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final Pattern KEY =
      Pattern.compile("(%1$s)/(%1$s)\\.tenantry-backup".formatted(UUID_TEXT));

  /** The file's key in a store. */
  public String objectKey() {
    return tenantId + "/" + backupId + ".tenantry-backup";
  }

  /** Parses a key in a store; empty if it is not a backup's. */
  public static Optional<ArchiveId> ofKey(String objectKey) {
    Matcher key = KEY.matcher(objectKey);
    return key.matches()
        ? Optional.of(new ArchiveId(UUID.fromString(key.group(1)), UUID.fromString(key.group(2))))
        : Optional.empty();
  }
}
