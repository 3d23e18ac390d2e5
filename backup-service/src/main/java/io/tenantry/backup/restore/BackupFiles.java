package io.tenantry.backup.restore;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;

/** Reads a backup from the first store that has an intact file of it. */
@Singleton
public final class BackupFiles {

  private static final Logger LOG = Logger.getLogger(BackupFiles.class);

  private final Archives archives;
  private final Stores stores;

  BackupFiles(Archives archives, Stores stores) {
    this.archives = archives;
    this.stores = stores;
  }

  /** Processes a dump; called again with the next store's file if one fails. */
  @FunctionalInterface
  public interface Use<T> {
    /** Reads the dump to its end. */
    T of(InputStream dump) throws InterruptedException;
  }

  /** The stores that have the backup, starting with the one it was written to. */
  public List<String> stores(Backup backup) {
    List<String> names = new ArrayList<>(List.of(backup.file().orElseThrow().store()));
    backup.copies().stream()
        .filter(copy -> copy.status() == Backup.CopyStatus.COMPLETED)
        .map(Backup.Copy::store)
        .forEach(names::add);
    return names;
  }

  /**
   * Processes a backup's dump.
   *
   * @param store the only store to read from; empty for any
   * @param progress receives the number of bytes read
   * @throws TenantryException {@code BACKUP_DAMAGED} or {@code STORE_UNAVAILABLE} if no store's
   *     file can be read to its end
   */
  public <T> T use(Backup backup, Optional<String> store, LongConsumer progress, Use<T> use)
      throws InterruptedException {
    List<String> names = store.map(List::of).orElseGet(() -> stores(backup));
    for (String name : names.subList(0, names.size() - 1)) {
      try {
        return use(backup, stores.named(name), progress, use);
      } catch (TenantryException e) {
        if (e.code() != ErrorCode.BACKUP_DAMAGED && e.code() != ErrorCode.STORE_UNAVAILABLE) {
          throw e;
        }
        LOG.errorf(
            "backup file not usable; trying the next store tenant=%s backup=%s store=%s code=%s: %s",
            backup.tenantId(), backup.id(), name, e.code(), e.getMessage());
      }
    }
    return use(backup, stores.named(names.getLast()), progress, use);
  }

  private <T> T use(Backup backup, BackupStore store, LongConsumer progress, Use<T> use)
      throws InterruptedException {
    try (InputStream dump = archives.open(store, backup.expected(), progress)) {
      return use.of(dump);
    } catch (IOException e) {
      throw new TenantryException(
          ErrorCode.STORE_UNAVAILABLE,
          "The stored backup could not be read; check the backup store.",
          e);
    }
  }
}
