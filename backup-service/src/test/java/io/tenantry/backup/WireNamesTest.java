package io.tenantry.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.backup.backup.Backup;
import io.tenantry.backup.backup.BackupKind;
import io.tenantry.backup.campaign.Campaign;
import io.tenantry.backup.drill.Drill;
import io.tenantry.backup.migration.Direction;
import io.tenantry.backup.migration.Migration;
import io.tenantry.backup.orphan.OrphanFile;
import io.tenantry.backup.restore.Restore;
import io.tenantry.backup.store.StoreState;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Names of constants in the API and the database are contracts. */
@Tag("P4")
class WireNamesTest {

  static Stream<Arguments> names() {
    return Stream.of(
        Arguments.of(Backup.Status.values(), "pending running completed failed expired shredded"),
        Arguments.of(BackupKind.values(), "scheduled manual emergency before_migration final"),
        Arguments.of(Backup.CopyStatus.values(), "pending completed failed expired"),
        Arguments.of(Backup.Verification.Result.values(), "intact damaged"),
        Arguments.of(Campaign.Status.values(), "running paused halted completed cancelled"),
        Arguments.of(Drill.Status.values(), "pending running passed failed"),
        Arguments.of(Direction.values(), "forward rollback"),
        Arguments.of(
            Migration.Status.values(),
            "pending backing_up running waiting completed failed skipped cancelled"),
        Arguments.of(Restore.Status.values(), "pending running completed failed undone"),
        Arguments.of(
            OrphanFile.Kind.values(),
            "leftover importable key_destroyed key_missing old_format other_backup no_backup"
                + " foreign"),
        Arguments.of(
            StoreState.values(),
            "ours unclaimed foreign marker_missing other_store same_as_primary unavailable"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void namesStayTheSame(Enum<?>[] constants, String names) {
    assertThat(Stream.of(constants).map(Enum::toString))
        .containsExactlyInAnyOrder(names.split(" ", -1));
  }

  /** The Turkish lower case of I has no dot. */
  @Test
  void namesDoNotDependOnLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));

      assertThat(List.of(Migration.Status.SKIPPED, BackupKind.FINAL))
          .extracting(Enum::toString)
          .containsExactly("skipped", "final");
      assertThat(Migration.Status.of("skipped")).isEqualTo(Migration.Status.SKIPPED);
      assertThat(Direction.of("rollback")).isEqualTo(Direction.ROLLBACK);
    } finally {
      Locale.setDefault(before);
    }
  }
}
