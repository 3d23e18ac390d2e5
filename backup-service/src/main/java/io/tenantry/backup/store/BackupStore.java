package io.tenantry.backup.store;

import io.tenantry.kernel.problem.TenantryException;
import java.io.InputStream;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Where backups lie: named objects, each written once and whole.
 *
 * <p>Every method throws {@link TenantryException} {@code STORE_UNAVAILABLE} if the store cannot be
 * reached, is full or refuses; reading throws {@code BACKUP_DAMAGED} if there is no such object.
 */
public interface BackupStore {

  /** An object as the store lists it. */
  record Listed(String key, long bytes, Instant modifiedAt) {}

  /** The name it is recorded by. */
  String name();

  /**
   * Begins an object. It is there when {@link Upload#commit} returns, and before that nothing is.
   */
  Upload begin(String key);

  /** Opens an object. */
  InputStream open(String key);

  /** Its size in bytes. */
  long size(String key);

  /** Removes an object; one that is not there is fine too. */
  void delete(String key);

  /** Passes every object, in no order. */
  void list(Consumer<Listed> each);

  /**
   * Removes what uploads left that ended with their process.
   *
   * @param before only what was begun before then
   * @return how many
   */
  int removeUnfinished(Instant before);
}
