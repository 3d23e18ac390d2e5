package io.tenantry.backup.restore;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.backup.archive.Manifest.Table;
import io.tenantry.kernel.error.TenantryException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
@Tag("B5")
class RestoreWorkTest {

  private static final Table CARS = new Table("public", "cars", 3);
  private static final Table SETTINGS = new Table("public", "settings", 2);

  private static final RestoreWork WORK =
      new RestoreWork(null, null, null, Optional.empty(), null, null, null, Instant.EPOCH);

  private static void require(Table... found) {
    WORK.requireSame(List.of(CARS, SETTINGS), List.of(found));
  }

  @Test
  void acceptsSameRows() {
    assertThatCode(() -> require(CARS, SETTINGS)).doesNotThrowAnyException();
  }

  @Test
  void refusesTablesWithOtherRows() {
    assertThatThrownBy(() -> require(CARS, new Table("public", "settings", 1)))
        .isInstanceOf(TenantryException.class)
        .hasMessage("1 tables have different row counts than in the backup; nothing was changed.");
    assertThatThrownBy(() -> require()).hasMessageStartingWith("2 tables");
  }

  @Test
  void refusesTablesThatBackupDoesNotHave() {
    assertThatThrownBy(() -> require(CARS, SETTINGS, new Table("public", "more", 0)))
        .hasMessageStartingWith("1 tables");
  }
}
