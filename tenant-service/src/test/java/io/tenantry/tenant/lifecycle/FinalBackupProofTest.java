package io.tenantry.tenant.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.kernel.db.Database;
import io.tenantry.kernel.event.InvalidEvent;
import io.tenantry.kernel.event.OperationEvent.BackupCompleted;
import io.tenantry.kernel.event.OperationEvent.BackupFailed;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.event.OperationEvents;
import io.tenantry.tenant.lifecycle.FinalBackupRecords.FinalBackup;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of backup-service's records prove what an event says of a final backup. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F18")
@Tag("P13")
class FinalBackupProofTest {

  @Inject Database database;
  @Inject DeletionStore store;

  private final UUID tenant = UUID.randomUUID();
  private final UUID backup = UUID.randomUUID();
  private final UUID deletion = UUID.randomUUID();

  /** A record that does not prove that the final backup is stored. */
  enum NoProof {
    NONE,
    PENDING,
    RUNNING,
    FAILED,
    EXPIRED,
    OF_ANOTHER_TENANT,
    OF_ANOTHER_DELETION,
    OF_ANOTHER_KIND,
    DAMAGED,
    ANOTHER_BACKUP;

    void record(UUID tenant, UUID backup, UUID deletion) {
      UUID other = UUID.randomUUID();
      switch (this) {
        case NONE -> OperationEvents.provideRecords();
        case PENDING, RUNNING, FAILED, EXPIRED ->
            OperationEvents.record(
                tenant, backup, deletion.toString(), name().toLowerCase(Locale.ROOT));
        case OF_ANOTHER_TENANT ->
            OperationEvents.record(other, backup, deletion.toString(), "completed");
        case OF_ANOTHER_DELETION ->
            OperationEvents.record(tenant, backup, other.toString(), "completed");
        case OF_ANOTHER_KIND -> {
          OperationEvents.record(tenant, backup, deletion.toString(), "completed");
          change(backup, "kind = 'manual'");
        }
        case DAMAGED -> {
          OperationEvents.record(tenant, backup, deletion.toString(), "completed");
          change(backup, "verification = 'damaged'");
        }
        case ANOTHER_BACKUP ->
            OperationEvents.record(tenant, other, deletion.toString(), "running");
      }
    }

    private static void change(UUID backup, String assignment) {
      Postgres.execute(
          Postgres.CONTROL,
          "UPDATE backup.backups_v1 SET %s WHERE backup_id = '%s'".formatted(assignment, backup));
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEventOfStoredBackupWithoutProof(NoProof record) {
    record.record(tenant, backup, deletion);

    assertThatThrownBy(() -> recordFinalBackup(backup))
        .isInstanceOf(InvalidEvent.class)
        .hasMessageContaining("backup-service has no record");
    assertThat(found().filter(FinalBackup::usable)).isEmpty();
  }

  @Test
  void refusesEventOfAnotherBackupThanTheStoredOne() {
    OperationEvents.record(tenant, backup, deletion.toString(), "completed");

    assertThatThrownBy(() -> recordFinalBackup(UUID.randomUUID())).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void acceptsEventOfStoredBackup() {
    OperationEvents.record(tenant, UUID.randomUUID(), deletion.toString(), "failed");
    OperationEvents.record(tenant, backup, deletion.toString(), "completed");

    recordFinalBackup(backup);

    assertThat(found()).contains(new FinalBackup(backup, true, true, false));
  }

  @Test
  void refusesEventOfFailureWhileTheBackupRuns() {
    OperationEvents.record(tenant, backup, deletion.toString(), "running");

    assertThatThrownBy(this::recordFinalBackupFailure).isInstanceOf(InvalidEvent.class);
  }

  @Test
  void acceptsEventOfFailedBackup() {
    OperationEvents.record(tenant, backup, deletion.toString(), "failed");

    recordFinalBackupFailure();

    assertThat(found()).contains(new FinalBackup(backup, false, false, true));
  }

  @Test
  void remembersThatAnExpiredBackupWasStored() {
    OperationEvents.record(tenant, backup, deletion.toString(), "expired");

    assertThat(found()).contains(new FinalBackup(backup, false, true, false));
  }

  private void recordFinalBackup(UUID stored) {
    database.transact(
        sql ->
            store.recordFinalBackup(sql, new BackupCompleted(tenant, stored, "final", deletion)));
  }

  private void recordFinalBackupFailure() {
    database.transact(
        sql ->
            store.recordFinalBackupFailure(
                sql, new BackupFailed(tenant, backup, "final", deletion, "STORE_FULL", "full")));
  }

  private Optional<FinalBackup> found() {
    return database.inTransaction(sql -> FinalBackupRecords.find(sql, tenant, deletion));
  }
}
