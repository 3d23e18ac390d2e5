package io.tenantry.backup.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.orphan.OrphanFile;
import io.tenantry.backup.orphan.OrphanFile.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RetentionPlanTest {

  private static final Instant NOW = Instant.parse("2026-01-08T00:00:00Z");

  private final RetentionPlan plan = new RetentionPlan(List.of("primary"), List.of("secondary"), 2);

  @Test
  void removesTheOthersIfOneCannotBeRemoved() {
    List<String> removed = new ArrayList<>();

    int failed =
        Retention.forEach(
            List.of("a", "locked", "b"),
            name -> {
              if (name.equals("locked")) {
                throw new IllegalStateException("the object is locked");
              }
              removed.add(name);
            });

    assertThat(failed).isEqualTo(1);
    assertThat(removed).containsExactly("a", "b");
  }

  @Test
  void removesBackupFromItsStores() {
    plan.add(backup("primary", List.of()));

    assertThat(plan.expired())
        .singleElement()
        .satisfies(expiry -> assertThat(expiry.stores()).containsExactly("primary"));
    assertThat(plan.report(false, 10, 0).bytes()).isEqualTo(100);
  }

  @Test
  void keepsBackupThatIsAlsoInRefusedStore() {
    plan.add(backup("primary", List.of("secondary")));

    assertThat(plan.expired()).isEmpty();
    assertThat(plan.report(false, 10, 0).blockedCount()).isEqualTo(1);
    assertThat(plan.report(false, 10, 0).refusedStores()).containsExactly("secondary");
  }

  @Test
  void expiresBackupWhoseStoreIsNoLongerConfigured() {
    plan.add(backup("gone", List.of()));

    assertThat(plan.expired())
        .singleElement()
        .satisfies(expiry -> assertThat(expiry.stores()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"LEFTOVER", "NO_BACKUP"},
      mode = EnumSource.Mode.EXCLUDE)
  void keepsLastCopies(Kind kind) {
    plan.add(file("a", kind));
    plan.classifyNoBackups("primary", Map.of("a", Instant.EPOCH), NOW);

    assertThat(plan.orphans()).isEmpty();
    assertThat(plan.exceeds(0)).isFalse();
  }

  @Test
  void removesLeftoversAtOnce() {
    plan.add(file("a", Kind.LEFTOVER));

    assertThat(plan.orphans()).hasSize(1);
    assertThat(plan.exceeds(1)).isFalse();
    assertThat(plan.exceeds(0)).isTrue();
  }

  @Test
  void removesNonBackupsAfterWaitingPeriod() {
    List.of("old", "exact", "young", "new").forEach(key -> plan.add(file(key, Kind.NO_BACKUP)));

    plan.classifyNoBackups(
        "primary",
        Map.of("old", NOW.minusSeconds(1), "exact", NOW, "young", NOW.plusSeconds(1)),
        NOW);

    assertThat(plan.orphans()).extracting(OrphanFile::key).containsExactly("old", "exact");
    assertThat(plan.report(false, 10, 0).waiting())
        .extracting(OrphanFile::key)
        .containsExactly("young", "new");
  }

  @Test
  void countsAllAndNamesFirst() {
    List.of("a", "b", "c").forEach(key -> plan.add(file(key, Kind.FOREIGN)));

    assertThat(plan.report(false, 10, 0).foreignCount()).isEqualTo(3);
    assertThat(plan.report(false, 10, 0).foreign()).hasSize(2);
  }

  private static OrphanFile file(String key, Kind kind) {
    return new OrphanFile("primary", key, 10, NOW, kind, Optional.empty(), Optional.empty());
  }

  private static Backup backup(String store, List<String> copies) {
    return new Backup(
        UUID.randomUUID(),
        UUID.randomUUID(),
        "acme",
        BackupKind.MANUAL,
        Backup.Status.COMPLETED,
        UUID.randomUUID(),
        Optional.empty(),
        Optional.empty(),
        NOW,
        Optional.of(NOW),
        Optional.of(NOW),
        Optional.empty(),
        7,
        Optional.empty(),
        Optional.of(new Backup.StoredFile(store, Optional.empty(), "key", 100, "checksum")),
        Optional.empty(),
        Optional.empty(),
        copies.stream()
            .map(
                copy ->
                    new Backup.Copy(
                        copy,
                        Backup.CopyStatus.COMPLETED,
                        UUID.randomUUID(),
                        Optional.empty(),
                        Optional.empty()))
            .toList());
  }
}
