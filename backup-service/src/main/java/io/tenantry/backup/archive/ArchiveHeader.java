package io.tenantry.backup.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * The first {@value #LENGTH} bytes of a stored backup, in clear: what it is and whose. They are
 * bound to what follows as its associated data.
 */
record ArchiveHeader(UUID tenantId, UUID backupId) {

  private static final byte[] MAGIC = "TENANTRYBACKUP01".getBytes(StandardCharsets.US_ASCII);
  static final int LENGTH = 48;

  byte[] bytes() {
    return ByteBuffer.allocate(LENGTH)
        .put(MAGIC)
        .putLong(tenantId.getMostSignificantBits())
        .putLong(tenantId.getLeastSignificantBits())
        .putLong(backupId.getMostSignificantBits())
        .putLong(backupId.getLeastSignificantBits())
        .array();
  }

  /**
   * Reads past the header of a stored backup.
   *
   * @throws DamagedArchive if it is none, or another backup's
   */
  void expect(InputStream stored) throws IOException {
    byte[] found = stored.readNBytes(LENGTH);
    if (Arrays.equals(found, bytes())) {
      return;
    }
    if (found.length < LENGTH) {
      throw new DamagedArchive("it is cut off");
    }
    if (!Arrays.equals(found, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new DamagedArchive("it is not a backup of Tenantry, or its first bytes were altered");
    }
    ByteBuffer ids = ByteBuffer.wrap(found, MAGIC.length, LENGTH - MAGIC.length);
    boolean sameTenant = new UUID(ids.getLong(), ids.getLong()).equals(tenantId);
    throw new DamagedArchive(
        sameTenant
            ? "it is another backup of this tenant, or its first bytes were altered"
            : "it is a backup of another tenant, or its first bytes were altered");
  }
}
