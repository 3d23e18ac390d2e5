package io.tenantry.backup.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B2")
class BackupsTest {

  @ParameterizedTest
  @CsvSource({"manual, MANUAL", "emergency, EMERGENCY", "before_migration, BEFORE_MIGRATION"})
  void acceptsKindsThatMayBeRequested(String name, BackupKind kind) {
    assertThat(Backups.requestable(Optional.of(name))).contains(kind);
  }

  @Test
  void takesManualKindByDefault() {
    assertThat(Backups.requestable(Optional.empty())).contains(BackupKind.MANUAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scheduled", "final", "MANUAL", "Emergency", "before-migration", " manual", ""})
  void refusesOtherKinds(String name) {
    assertThat(Backups.requestable(Optional.of(name))).isEmpty();
  }

  @Test
  void emergencyOvertakesAllOthersAndScheduledOvertakesNone() {
    assertThat(Stream.of(BackupKind.values()).filter(kind -> kind != BackupKind.EMERGENCY))
        .allMatch(kind -> kind.priority() < BackupKind.EMERGENCY.priority());
    assertThat(Stream.of(BackupKind.values()).filter(kind -> kind != BackupKind.SCHEDULED))
        .allMatch(kind -> kind.priority() > BackupKind.SCHEDULED.priority());
  }
}
