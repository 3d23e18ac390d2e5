package io.tenantry.backup.store;

import io.tenantry.kernel.error.TenantryException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A folder or a bucket: named objects, each written once and atomically.
 *
 * <p>Every method throws {@link TenantryException} {@code STORE_UNAVAILABLE} if it cannot be
 * reached, is full or refuses; reading throws {@code BACKUP_DAMAGED} if there is no such object.
 */
interface ObjectStore {

  /** The location: the same text for the same folder or bucket. */
  String location();

  /**
   * Starts an upload. The object exists when {@link Upload#commit} returns, and not before.
   *
   * @param installation the installation that uploads, for {@link #removeUnfinished}
   */
  Upload startUpload(String key, UUID installation);

  InputStream open(String key);

  /** An object's size in bytes. */
  long size(String key);

  /** The first bytes of an object, fewer if it is shorter. */
  byte[] start(String key, int length);

  /** Reads a small object; empty if it does not exist. */
  Optional<byte[]> find(String key);

  /** Writes a small object, atomically and durably. */
  void put(String key, byte[] content);

  /** Removes an object, if it exists. */
  void delete(String key);

  /** Passes every object, in no order, including those that Tenantry did not write. */
  void list(Consumer<BackupStore.Listed> each);

  /**
   * Removes unfinished uploads of an installation, which a crash has left.
   *
   * @param before only uploads that were started before this time
   * @return the number of removed uploads
   */
  int removeUnfinished(UUID installation, Instant before);
}
