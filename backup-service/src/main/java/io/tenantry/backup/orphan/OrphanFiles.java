package io.tenantry.backup.orphan;

import io.tenantry.backup.archive.ArchiveHeader;
import io.tenantry.backup.backup.BackupRecords;
import io.tenantry.backup.installation.Installation;
import io.tenantry.backup.key.TenantKeys;
import io.tenantry.backup.store.ArchiveId;
import io.tenantry.backup.store.BackupStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Finds the files of a store that have no record, and determines their kinds. */
@Singleton
public final class OrphanFiles {

  private static final int BATCH = 500;

  private final BackupRecords records;
  private final TenantKeys keys;
  private final Installation installation;

  OrphanFiles(BackupRecords records, TenantKeys keys, Installation installation) {
    this.records = records;
    this.keys = keys;
    this.installation = installation;
  }

  /**
   * Passes all orphaned files of a store to a consumer.
   *
   * @param before files with a backup's name are passed only if they were last modified before this
   *     time
   */
  public void find(BackupStore store, Instant before, Consumer<OrphanFile> each) {
    List<Named> batch = new ArrayList<>(BATCH);
    store.list(
        file -> {
          Optional<ArchiveId> id = ArchiveId.ofKey(file.key());
          if (id.isEmpty()) {
            each.accept(orphan(store, file, OrphanFile.Kind.FOREIGN, id));
          } else if (file.modifiedAt().isBefore(before)) {
            batch.add(new Named(file, id.get()));
            if (batch.size() == BATCH) {
              passOrphans(store, batch, each);
              batch.clear();
            }
          }
        });
    passOrphans(store, batch, each);
  }

  /** A file with a backup's name. */
  private record Named(BackupStore.Listed file, ArchiveId id) {}

  private void passOrphans(BackupStore store, List<Named> batch, Consumer<OrphanFile> each) {
    Map<UUID, BackupRecords.Known> known =
        records.known(batch.stream().map(named -> named.id().backupId()).toList());
    for (Named named : batch) {
      Optional<BackupRecords.Known> record =
          Optional.ofNullable(known.get(named.id().backupId()))
              .filter(found -> found.tenantId().equals(named.id().tenantId()));
      if (record.filter(BackupRecords.Known::hasFile).isEmpty()) {
        OrphanFile.Kind kind = record.isPresent() ? OrphanFile.Kind.LEFTOVER : kind(store, named);
        each.accept(orphan(store, named.file(), kind, Optional.of(named.id())));
      }
    }
  }

  private OrphanFile.Kind kind(BackupStore store, Named named) {
    return ArchiveHeader.parse(store.start(named.file().key(), ArchiveHeader.MAX_LENGTH))
        .map(header -> kind(header, named.id()))
        .orElse(OrphanFile.Kind.NO_BACKUP);
  }

  private OrphanFile.Kind kind(ArchiveHeader header, ArchiveId id) {
    if (!header.tenantId().equals(id.tenantId()) || !header.backupId().equals(id.backupId())) {
      return OrphanFile.Kind.OTHER_BACKUP;
    }
    if (header.installationId().isEmpty()) {
      return OrphanFile.Kind.OLD_FORMAT;
    }
    if (!header.installationId().get().equals(installation.id())) {
      return OrphanFile.Kind.OTHER_BACKUP;
    }
    return switch (keys.state(header.tenantId(), header.keyId())) {
      case PRESENT -> OrphanFile.Kind.IMPORTABLE;
      case DESTROYED -> OrphanFile.Kind.KEY_DESTROYED;
      case UNKNOWN -> OrphanFile.Kind.KEY_MISSING;
    };
  }

  private static OrphanFile orphan(
      BackupStore store, BackupStore.Listed file, OrphanFile.Kind kind, Optional<ArchiveId> id) {
    return new OrphanFile(
        store.name(),
        file.key(),
        file.bytes(),
        file.modifiedAt(),
        kind,
        id.map(ArchiveId::tenantId),
        id.map(ArchiveId::backupId));
  }
}
