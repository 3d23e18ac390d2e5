package io.tenantry.backup.archive;

import io.tenantry.backup.store.ArchiveId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The unencrypted first bytes of a stored backup, which name its format, tenant and backup. The
 * encryption of the rest authenticates them as associated data.
 *
 * <p>Format 1 (48 bytes) has the magic, the tenant and the backup. Format 2 (80 bytes) adds the
 * installation and the key; in it the backup's record follows the dump, see {@link Frames}.
 *
 * @param installationId the installation that wrote it; empty for format 1
 * @param keyId the tenant's key that encrypts it; empty for format 1
 */
public record ArchiveHeader(
    UUID tenantId, UUID backupId, Optional<UUID> installationId, Optional<UUID> keyId) {

  /** The length of the longest header, in bytes. */
  public static final int MAX_LENGTH = 80;

  private static final byte[] MAGIC_1 = "TENANTRYBACKUP01".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAGIC_2 = "TENANTRYBACKUP02".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH_1 = 48;

  /** Whether the file ends with the backup's record. */
  boolean hasRecord() {
    return keyId.isPresent();
  }

  byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(hasRecord() ? MAX_LENGTH : LENGTH_1)
            .put(hasRecord() ? MAGIC_2 : MAGIC_1);
    put(bytes, tenantId);
    put(bytes, backupId);
    installationId.ifPresent(id -> put(bytes, id));
    keyId.ifPresent(id -> put(bytes, id));
    return bytes.array();
  }

  private static void put(ByteBuffer bytes, UUID id) {
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  private static UUID get(ByteBuffer bytes) {
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  /**
   * Reads the header of a stored backup.
   *
   * @throws DamagedArchive if the stream does not start with one
   */
  static ArchiveHeader read(InputStream stored) throws IOException {
    byte[] magic = stored.readNBytes(MAGIC_1.length);
    if (magic.length < MAGIC_1.length) {
      throw truncated();
    }
    int length = length(magic);
    if (length == 0) {
      throw new DamagedArchive("it is not a Tenantry backup, or its first bytes were altered");
    }
    byte[] ids = stored.readNBytes(length - magic.length);
    if (ids.length < length - magic.length) {
      throw truncated();
    }
    return of(ByteBuffer.wrap(ids));
  }

  /** Parses the header at the start of a file; empty if the file is not a Tenantry backup. */
  public static Optional<ArchiveHeader> parse(byte[] start) {
    int length = start.length < MAGIC_1.length ? 0 : length(start);
    return length == 0 || start.length < length
        ? Optional.empty()
        : Optional.of(of(ByteBuffer.wrap(start, MAGIC_1.length, length - MAGIC_1.length)));
  }

  private static ArchiveHeader of(ByteBuffer ids) {
    UUID tenantId = get(ids);
    UUID backupId = get(ids);
    return ids.hasRemaining()
        ? new ArchiveHeader(tenantId, backupId, Optional.of(get(ids)), Optional.of(get(ids)))
        : new ArchiveHeader(tenantId, backupId, Optional.empty(), Optional.empty());
  }

  private static int length(byte[] start) {
    return startsWith(start, MAGIC_2) ? MAX_LENGTH : startsWith(start, MAGIC_1) ? LENGTH_1 : 0;
  }

  private static boolean startsWith(byte[] start, byte[] magic) {
    return Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
  }

  private static DamagedArchive truncated() {
    return new DamagedArchive("it is truncated");
  }

  /**
   * Checks that this is the header of the given backup.
   *
   * @param key the key in the backup's record; empty if unknown
   */
  void require(ArchiveId id, Optional<UUID> key) {
    if (!tenantId.equals(id.tenantId())) {
      throw new DamagedArchive("it is a backup of another tenant, or its first bytes were altered");
    }
    if (!backupId.equals(id.backupId())) {
      throw new DamagedArchive(
          "it is another backup of this tenant, or its first bytes were altered");
    }
    if (keyId.isPresent() && key.isPresent() && !keyId.equals(key)) {
      throw new DamagedArchive("its first bytes were altered");
    }
  }
}
