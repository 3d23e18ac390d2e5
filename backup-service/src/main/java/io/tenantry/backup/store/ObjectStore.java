package io.tenantry.backup.store;

import io.tenantry.kernel.error.TenantryException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A folder or a bucket, whoever uses it: named objects, each written once and whole.
 *
 * <p>Every method throws {@link TenantryException} {@code STORE_UNAVAILABLE} if it cannot be
 * reached, is full or refuses; reading throws {@code BACKUP_DAMAGED} if there is no such object.
 */
interface ObjectStore {

  /** Where it is: the same text for the same place. */
  String location();

  /**
   * Starts an object. It is there when {@link Upload#commit} returns, and before that nothing is.
   *
   * @param installation whose upload it is, for {@link #removeUnfinished}
   */
  Upload begin(String key, UUID installation);

  InputStream open(String key);

  /** An object's size in bytes. */
  long size(String key);

  /** The first bytes of an object, fewer if it is shorter. */
  byte[] start(String key, int length);

  /** A small object; empty if there is none. */
  Optional<byte[]> find(String key);

  /** Writes a small object, whole and durable. */
  void put(String key, byte[] content);

  /** Removes an object; one that is not there is fine too. */
  void delete(String key);

  /** Passes every object, in no order, also such that Tenantry did not write. */
  void list(Consumer<BackupStore.Listed> each);

  /**
   * Removes what uploads of an installation left that ended with their process.
   *
   * @param before only what was started before then
   * @return how many
   */
  int removeUnfinished(UUID installation, Instant before);
}
