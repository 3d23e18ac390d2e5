package io.tenantry.backup.orphan;

import io.tenantry.backup.archive.Archives;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.backup.Copies;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import io.tenantry.backup.store.Stores;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** Writes the records of stored backups again, from what the backups know of themselves. */
@Singleton
final class Imports {

  private static final Logger LOG = Logger.getLogger(Imports.class);

  /** How many files a report names. */
  static final int NAMED = 500;

  /** What says something of a file alone, and not of the store. */
  private static final Set<ErrorCode> OF_ONE_FILE =
      EnumSet.of(
          ErrorCode.BACKUP_DAMAGED, ErrorCode.BACKUP_KEY_DESTROYED, ErrorCode.BACKUP_NOT_USABLE);

  private final OrphanFiles files;
  private final Stores stores;
  private final Archives archives;
  private final BackupRecords records;
  private final TenantKeys keys;
  private final Copies copies;
  private final Database database;
  private final Clock clock;

  Imports(
      OrphanFiles files,
      Stores stores,
      Archives archives,
      BackupRecords records,
      TenantKeys keys,
      Copies copies,
      Database database,
      Clock clock) {
    this.files = files;
    this.stores = stores;
    this.archives = archives;
    this.records = records;
    this.keys = keys;
    this.copies = copies;
    this.database = database;
    this.clock = clock;
  }

  /** All files named as backups, in all stores that may be ours, that no record has. */
  List<OrphanFile> orphans() {
    List<OrphanFile> orphans = new ArrayList<>();
    stores.all().stream()
        .filter(BackupStore::isUsable)
        .forEach(
            store ->
                files.find(
                    store,
                    Instant.MAX,
                    file -> {
                      if (file.kind() != OrphanFile.Kind.FOREIGN) {
                        orphans.add(file);
                      }
                    }));
    return orphans;
  }

  /** What {@link #run} would import now, as far as the files' names and headers tell. */
  ImportReport plan(Optional<UUID> tenantId) {
    Report report = new Report();
    candidates(tenantId, report)
        .forEach(
            (id, found) -> report.imported(id, found.stream().map(OrphanFile::store).toList()));
    return report.done();
  }

  /**
   * Imports what can be imported.
   *
   * @param progress told how many backups of how many are done
   */
  ImportReport run(Optional<UUID> tenantId, UUID jobId, BiConsumer<Integer, Integer> progress) {
    Report report = new Report();
    Map<ArchiveId, List<OrphanFile>> candidates = candidates(tenantId, report);
    int done = 0;
    for (Map.Entry<ArchiveId, List<OrphanFile>> candidate : candidates.entrySet()) {
      progress.accept(done++, candidates.size());
      adopt(candidate.getKey(), candidate.getValue(), jobId, report);
    }
    return report.done();
  }

  /** The importable ones, by backup: a file in the primary store comes before its copy. */
  private Map<ArchiveId, List<OrphanFile>> candidates(Optional<UUID> tenantId, Report report) {
    Map<ArchiveId, List<OrphanFile>> candidates = new LinkedHashMap<>();
    for (OrphanFile file : orphans()) {
      if (tenantId.isPresent() && !tenantId.equals(file.tenantId())) {
        continue;
      }
      if (file.kind() == OrphanFile.Kind.IMPORTABLE) {
        candidates
            .computeIfAbsent(ArchiveId.ofKey(file.key()).orElseThrow(), id -> new ArrayList<>())
            .add(file);
      } else if (!file.kind().removable()) {
        report.refused(file, Optional.empty(), reason(file.kind()));
      }
    }
    return candidates;
  }

  private static String reason(OrphanFile.Kind kind) {
    return switch (kind) {
      case KEY_DESTROYED -> "Its key was destroyed.";
      case KEY_MISSING -> "Its key is not in this control database, which is older than the key.";
      case OLD_FORMAT -> "It is of an old format, without its record in it.";
      case OTHER_BACKUP -> "It is another installation's, or another backup than its name says.";
      case IMPORTABLE, LEFTOVER, NO_BACKUP, FOREIGN -> throw new IllegalStateException();
    };
  }

  private void adopt(ArchiveId id, List<OrphanFile> found, UUID jobId, Report report) {
    Optional<Archives.Found> first = Optional.empty();
    List<String> adopted = new ArrayList<>();
    for (OrphanFile file : found) {
      BackupStore store = stores.named(file.store());
      try {
        Archives.Found content = archives.find(store, id, bytes -> {});
        if (first.isEmpty()) {
          write(id, store, content, found.size() == 1, jobId);
          first = Optional.of(content);
          adopted.add(store.name());
        } else if (first.get().checksum().equals(content.checksum())) {
          database.transact(sql -> copies.adopt(sql, id.backupId(), store.name(), jobId));
          adopted.add(store.name());
        }
      } catch (TenantryException e) {
        if (!OF_ONE_FILE.contains(e.code())) {
          throw e;
        }
        LOG.warnf("store=%s %s is not imported: %s", store.name(), file.key(), e.getMessage());
        report.refused(file, Optional.of(e.code()), e.getMessage());
      }
    }
    if (!adopted.isEmpty()) {
      LOG.infof("tenant=%s backup=%s is imported stores=%s", id.tenantId(), id.backupId(), adopted);
      report.imported(id, adopted);
    }
  }

  private void write(
      ArchiveId id, BackupStore store, Archives.Found content, boolean alone, UUID jobId) {
    database.transact(
        sql -> {
          if (!keys.hold(sql, content.keyId())) {
            throw new TenantryException(
                ErrorCode.BACKUP_KEY_DESTROYED, "The key was destroyed meanwhile.");
          }
          records.adopt(sql, id, store, content, jobId, clock.instant());
          if (alone && store.name().equals(Stores.PRIMARY)) {
            copies.request(sql, id);
          }
        });
  }

  /** Counts all and names the first. */
  private static final class Report {

    private final List<ImportReport.Imported> imported = new ArrayList<>();
    private final List<ImportReport.Refused> refused = new ArrayList<>();

    void imported(ArchiveId id, List<String> stores) {
      imported.add(new ImportReport.Imported(id.backupId(), id.tenantId(), List.copyOf(stores)));
    }

    void refused(OrphanFile file, Optional<ErrorCode> code, String reason) {
      refused.add(new ImportReport.Refused(file.store(), file.key(), file.kind(), code, reason));
    }

    ImportReport done() {
      return new ImportReport(
          imported.size(),
          refused.size(),
          imported.stream().limit(NAMED).toList(),
          refused.stream().limit(NAMED).toList());
    }
  }
}
