package io.tenantry.tenant.lifecycle;

import static io.tenantry.tenant.lifecycle.Deletion.FINAL_BACKUP_FAILED;
import static io.tenantry.tenant.lifecycle.Deletion.FINAL_BACKUP_OVERDUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.tenant.lifecycle.DeletionDecision.Cancel;
import io.tenantry.tenant.lifecycle.DeletionDecision.Drop;
import io.tenantry.tenant.lifecycle.DeletionDecision.Wait;
import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A tenant's data is dropped only with a stored final backup, or where none is wanted. */
class DeletionDecisionTest {

  private static final UUID BACKUP = UUID.randomUUID();

  private static final Optional<FinalBackup> UNKNOWN = Optional.empty();
  private static final Optional<FinalBackup> RUNNING = backup(false, false, false);
  private static final Optional<FinalBackup> STORED = backup(true, true, false);
  private static final Optional<FinalBackup> DAMAGED = backup(false, true, false);
  private static final Optional<FinalBackup> EXPIRED = backup(false, true, false);
  private static final Optional<FinalBackup> FAILED = backup(false, false, true);

  @Test
  void dropsAtOnceIfNoFinalBackupIsWanted() {
    Deletion deletion = deletion(false, Optional.empty(), Optional.empty(), false);

    assertThat(deletion.decide(UNKNOWN)).isEqualTo(new Drop(Optional.empty()));
  }

  @Test
  void dropsWithoutABackupEvenIfThePreviousAttemptFailed() {
    Deletion deletion = deletion(false, Optional.empty(), Optional.of(FINAL_BACKUP_FAILED), true);

    assertThat(deletion.decide(FAILED)).isEqualTo(new Drop(Optional.empty()));
  }

  @Test
  void waitsForARecordOfTheBackup() {
    assertThat(waiting().decide(UNKNOWN)).isEqualTo(new Wait());
    assertThat(waiting().decide(RUNNING)).isEqualTo(new Wait());
  }

  @Test
  void dropsAndNotesAStoredBackup() {
    assertThat(waiting().decide(STORED)).isEqualTo(new Drop(Optional.of(BACKUP)));
  }

  @Test
  void neverDropsForABackupKnownToBeDamaged() {
    assertThat(waiting().decide(DAMAGED)).isEqualTo(new Wait());
  }

  @Test
  void continuesADropAlthoughTheNotedBackupHasExpired() {
    Deletion deletion = deletion(true, Optional.of(BACKUP), Optional.empty(), true);

    assertThat(deletion.decide(EXPIRED)).isEqualTo(new Drop(Optional.empty()));
  }

  @Test
  void doesNotBelieveANotedBackupWithoutBackupServicesRecord() {
    Deletion deletion = deletion(true, Optional.of(BACKUP), Optional.empty(), false);

    assertThat(deletion.decide(UNKNOWN)).isEqualTo(new Wait());
    assertThat(deletion.decide(FAILED)).isEqualTo(new Wait());
  }

  @Test
  void givesUpWithTheReasonOfTheFailedBackup() {
    Deletion deletion = deletion(true, Optional.empty(), Optional.of(FINAL_BACKUP_FAILED), true);

    assertThat(deletion.decide(FAILED)).isEqualTo(new Cancel(FINAL_BACKUP_FAILED));
  }

  @Test
  void givesUpAfterTheDeadline() {
    Deletion deletion = deletion(true, Optional.empty(), Optional.empty(), true);

    assertThat(deletion.decide(UNKNOWN)).isEqualTo(new Cancel(FINAL_BACKUP_OVERDUE));
    assertThat(deletion.decide(RUNNING)).isEqualTo(new Cancel(FINAL_BACKUP_OVERDUE));
  }

  @Test
  void prefersAStoredBackupToADeadlineAndAFailure() {
    Deletion overdue = deletion(true, Optional.empty(), Optional.empty(), true);
    Deletion failed = deletion(true, Optional.empty(), Optional.of(FINAL_BACKUP_FAILED), false);

    assertThat(overdue.decide(STORED)).isEqualTo(new Drop(Optional.of(BACKUP)));
    assertThat(failed.decide(STORED)).isEqualTo(new Drop(Optional.of(BACKUP)));
  }

  private static Deletion waiting() {
    return deletion(true, Optional.empty(), Optional.empty(), false);
  }

  private static Deletion deletion(
      boolean finalBackup, Optional<UUID> backupId, Optional<String> failure, boolean overdue) {
    return new Deletion(UUID.randomUUID(), finalBackup, true, backupId, failure, overdue);
  }

  private static Optional<FinalBackup> backup(
      boolean usable, boolean wasCompleted, boolean failed) {
    return Optional.of(new FinalBackup(BACKUP, usable, wasCompleted, failed));
  }
}
