package io.tenantry.backup.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M1")
class HistoryTest {

  private static HistoryRow versioned(String version, int checksum, boolean success) {
    return new HistoryRow(
        Optional.of(version),
        "d",
        HistoryRow.SQL,
        "V" + version + "__d.sql",
        Optional.of(checksum),
        success);
  }

  private static HistoryRow repeatable(String script, int checksum) {
    return new HistoryRow(
        Optional.empty(), "d", HistoryRow.SQL, script, Optional.of(checksum), true);
  }

  @Test
  void lastRowOfMigrationCounts() {
    History history =
        History.of(
            List.of(
                repeatable("R__view.sql", 1),
                versioned("2", 2, false),
                versioned("2", 2, true),
                repeatable("R__view.sql", 3)));

    assertThat(history.find("R__view.sql")).contains(repeatable("R__view.sql", 3));
    assertThat(history.find("V2")).contains(versioned("2", 2, true));
    assertThat(history.rows()).hasSize(2);
  }

  @Test
  void changesLeaveOriginalAsItIs() {
    History before = History.of(List.of(versioned("1", 1, true)));

    History after = before.with(versioned("2", 2, true));

    assertThat(before.find("V2")).isEmpty();
    assertThat(after.without("V2")).isEqualTo(before);
    assertThat(after.without("V9")).isEqualTo(after);
  }

  @Test
  void stateShowsChecksumTypeAndFailure() {
    HistoryRow baseline =
        new HistoryRow(Optional.of("0"), "d", "BASELINE", "d", Optional.empty(), true);

    assertThat(
            History.of(List.of(versioned("10", -5, false), versioned("2", 2, true), baseline))
                .state())
        .isEqualTo("V0=/BASELINE,V10=-5!,V2=2");
    assertThat(History.of(List.of()).state()).isEmpty();
  }

  /** As PostgreSQL's collation C orders them; Java orders by UTF-16. */
  @Test
  void stateIsOrderedByBytes() {
    String above = new String(Character.toChars(0x1F697));

    assertThat(
            History.of(
                    List.of(repeatable("R__" + above + ".sql", 1), repeatable("R__\uFF21.sql", 2)))
                .state())
        .isEqualTo("R__\uFF21.sql=2,R__%s.sql=1".formatted(above));
  }

  @Test
  void sameMigrationHasSameChecksumDescriptionAndType() {
    HistoryRow row = versioned("1", 1, true);

    assertThat(row.isSame(versioned("1", 1, false))).isTrue();
    assertThat(row.isSame(versioned("1", 2, true))).isFalse();
    assertThat(
            row.isSame(
                new HistoryRow(
                    row.version(), "other", row.type(), row.script(), row.checksum(), true)))
        .isFalse();
    assertThat(
            row.isSame(
                new HistoryRow(
                    row.version(), row.description(), "JDBC", row.script(), row.checksum(), true)))
        .isFalse();
  }
}
