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

/** Imports stored backups: recreates their records from the metadata in their files. */
@Singleton
final class Imports {

  private static final Logger LOG = Logger.getLogger(Imports.class);

  /** The maximum number of files that a report lists. */
  static final int MAX_LISTED = 500;

  /** Errors that concern a single file, not the whole store. */
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

  /** Finds all files with a backup's name and without a record, in all usable stores. */
  List<OrphanFile> findOrphans() {
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

  /** Plans what {@link #run} would import now, from the files' names and headers. */
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
   * @param progress receives the number of finished backups and of all
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

  /** The importable files by backup; a file in the primary store comes before its copy. */
  private Map<ArchiveId, List<OrphanFile>> candidates(Optional<UUID> tenantId, Report report) {
    Map<ArchiveId, List<OrphanFile>> candidates = new LinkedHashMap<>();
    for (OrphanFile file : findOrphans()) {
      if (tenantId.isPresent() && !tenantId.equals(file.tenantId())) {
        continue;
      }
      if (file.kind() == OrphanFile.Kind.IMPORTABLE) {
        candidates
            .computeIfAbsent(ArchiveId.ofKey(file.key()).orElseThrow(), id -> new ArrayList<>())
            .add(file);
      } else if (!file.kind().isRemovable()) {
        report.refused(file, Optional.empty(), reason(file.kind()));
      }
    }
    return candidates;
  }

  private static String reason(OrphanFile.Kind kind) {
    return switch (kind) {
      case KEY_DESTROYED -> "Its key was destroyed.";
      case KEY_MISSING ->
          "Its key is not in this control database, which may have been restored from an older backup.";
      case OLD_FORMAT -> "It has an old format that does not contain its record.";
      case OTHER_BACKUP ->
          "It belongs to another installation, or its header names another backup.";
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
        LOG.warnf(
            "backup file not imported; it is kept store=%s key=%s: %s",
            store.name(), file.key(), e.getMessage());
        report.refused(file, Optional.of(e.code()), e.getMessage());
      }
    }
    if (!adopted.isEmpty()) {
      LOG.infof(
          "backup imported tenant=%s backup=%s stores=%s", id.tenantId(), id.backupId(), adopted);
      report.imported(id, adopted);
    }
  }

  private void write(
      ArchiveId id, BackupStore store, Archives.Found content, boolean alone, UUID jobId) {
    database.transact(
        sql -> {
          if (!keys.lock(sql, content.keyId())) {
            throw new TenantryException(
                ErrorCode.BACKUP_KEY_DESTROYED,
                "The backup's key was destroyed during the import.");
          }
          records.adopt(sql, id, store, content, jobId, clock.instant());
          if (alone && store.name().equals(Stores.PRIMARY)) {
            copies.request(sql, id);
          }
        });
  }

  /** Collects the entries of a report. */
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
          imported.stream().limit(MAX_LISTED).toList(),
          refused.stream().limit(MAX_LISTED).toList());
    }
  }
}
