package io.tenantry.backup.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.migration.MigrationScript;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M3")
class MigrationSqlTest {

  private static final HistoryRow ROW =
      new HistoryRow(
          Optional.of("2"), "it's", HistoryRow.SQL, "V2__it's.sql", Optional.of(-7), true);

  private static Step step(Step.Change change) {
    return new Step(
        ROW.script(),
        MigrationScript.parse("ALTER TABLE cars ADD COLUMN c int", Optional.empty()),
        change);
  }

  @Test
  void sharedSchemaComesAfterTenantsOwn() {
    assertThat(new MigrationSql("public").searchPath()).isEqualTo("public");
    assertThat(new MigrationSql("acq_\"1").searchPath()).isEqualTo("\"acq_\"\"1\", public");
  }

  @Test
  void migrationAndItsRowAreOneTransaction() {
    String sql =
        new MigrationSql("public")
            .transaction(step(new Step.Change.Add(ROW)), History.of(List.of()));

    assertThat(sql).startsWith("BEGIN;").endsWith("COMMIT;\n");
    assertThat(sql.indexOf("LOCK TABLE \"public\".flyway_schema_history"))
        .isPositive()
        .isLessThan(sql.indexOf("ALTER TABLE cars"));
    assertThat(sql.indexOf("INSERT INTO \"public\".flyway_schema_history"))
        .isGreaterThan(sql.indexOf("ALTER TABLE cars"));
    assertThat(sql.split("COMMIT", -1)).hasSize(2);
  }

  @Test
  void valuesOfRowAreQuoted() {
    assertThat(new MigrationSql("public").change(step(new Step.Change.Add(ROW))))
        .contains("E'2', E'it''s', E'SQL', E'V2__it''s.sql', -7, current_user");
    HistoryRow repeatable =
        new HistoryRow(Optional.empty(), "v", HistoryRow.SQL, "R__v.sql", Optional.empty(), true);
    assertThat(new MigrationSql("public").change(step(new Step.Change.Add(repeatable))))
        .contains("NULL, E'v', E'SQL', E'R__v.sql', NULL, current_user");
  }

  @Test
  void undoRemovesRowOfItsVersion() {
    assertThat(new MigrationSql("s'1").change(step(new Step.Change.Remove(ROW))))
        .contains("DELETE FROM \"s'1\".flyway_schema_history WHERE version = E'2';");
  }

  @Test
  void failsWhereHistoryIsAnotherThanExpected() {
    assertThat(new MigrationSql("public").begin(History.of(List.of(ROW))))
        .contains("WHEN E'V2=-7' THEN '0' ELSE '" + MigrationSql.HISTORY_DIFFERS + "'");
  }
}
