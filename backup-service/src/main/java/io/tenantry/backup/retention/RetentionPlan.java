package io.tenantry.backup.retention;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.orphan.OrphanFile;
import io.tenantry.backup.retention.RetentionReport.ExpiredBackup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a retention run removes, and what it reports but keeps. */
final class RetentionPlan {

  private final List<String> ours;
  private final List<String> refused;
  private final int named;
  private final List<Expiry> expired = new ArrayList<>();
  private final List<OrphanFile> orphans = new ArrayList<>();
  private final List<OrphanFile> noBackups = new ArrayList<>();
  private final List<OrphanFile> waiting = new ArrayList<>();
  private final List<OrphanFile> foreign = new ArrayList<>();
  private int foreignCount;
  private int importableCount;
  private int blockedCount;

  /**
   * Creates an empty plan.
   *
   * @param ours the stores that have this installation's marker
   * @param refused the others, in which nothing is removed
   * @param named how many entries each list of a report has at most
   */
  RetentionPlan(List<String> ours, List<String> refused, int named) {
    this.ours = List.copyOf(ours);
    this.refused = List.copyOf(refused);
    this.named = named;
  }

  /**
   * An expired backup.
   *
   * @param stores the stores that have or may have its file
   */
  record Expiry(ExpiredBackup backup, List<String> stores) {}

  void add(Backup backup) {
    Set<String> having = new HashSet<>(Set.of(backup.file().orElseThrow().store()));
    backup.copies().forEach(copy -> having.add(copy.store()));
    if (refused.stream().anyMatch(having::contains)) {
      blockedCount++;
      return;
    }
    expired.add(
        new Expiry(
            new ExpiredBackup(
                backup.id(),
                backup.tenantId(),
                backup.kind().toString(),
                backup.completedAt().orElseThrow(),
                backup.file().orElseThrow().bytes()),
            // Nothing can be removed from a store that is no longer configured.
            ours.stream().filter(having::contains).toList()));
  }

  void add(OrphanFile file) {
    switch (file.kind()) {
      case LEFTOVER -> orphans.add(file);
      case NO_BACKUP -> noBackups.add(file);
      case IMPORTABLE, KEY_DESTROYED, KEY_MISSING, OLD_FORMAT -> importableCount++;
      case OTHER_BACKUP, FOREIGN -> {
        foreignCount++;
        if (foreign.size() < named) {
          foreign.add(file);
        }
      }
    }
  }

  /** The keys of the files in a store that have a backup's name but are not backups. */
  List<String> noBackupsOf(String store) {
    return noBackups.stream()
        .filter(file -> file.store().equals(store))
        .map(OrphanFile::key)
        .toList();
  }

  /**
   * Classifies the files that have a backup's name but are not backups: those first seen long
   * enough ago are removed, the others wait.
   *
   * @param firstSeen when the files of the store were first seen, by their keys
   */
  void classifyNoBackups(String store, Map<String, Instant> firstSeen, Instant seenBefore) {
    for (OrphanFile file : noBackups) {
      if (file.store().equals(store)) {
        boolean isOldEnough =
            Optional.ofNullable(firstSeen.get(file.key()))
                .filter(seen -> !seen.isAfter(seenBefore))
                .isPresent();
        (isOldEnough ? orphans : waiting).add(file);
      }
    }
  }

  List<String> ours() {
    return ours;
  }

  List<Expiry> expired() {
    return expired;
  }

  List<OrphanFile> orphans() {
    return orphans;
  }

  /** Whether the run would remove more than a limit. */
  boolean exceeds(int limit) {
    return expired.size() + orphans.size() > limit;
  }

  RetentionReport report(boolean held, int limit, int failed) {
    return new RetentionReport(
        held,
        limit,
        expired.size(),
        orphans.size(),
        expired.stream().mapToLong(expiry -> expiry.backup().bytes()).sum()
            + orphans.stream().mapToLong(OrphanFile::bytes).sum(),
        waiting.size(),
        importableCount,
        foreignCount,
        blockedCount,
        failed,
        expired.stream().limit(named).map(Expiry::backup).toList(),
        orphans.stream().limit(named).toList(),
        waiting.stream().limit(named).toList(),
        List.copyOf(foreign),
        refused);
  }
}
