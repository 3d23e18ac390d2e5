package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B1")
class CopyCountsTest {

  private static BufferedReader output(String text) {
    return new BufferedReader(new StringReader(text));
  }

  @Test
  void countsRowsOfOneTableAfterAnother() throws IOException {
    BufferedReader output = output("1\n\n\\N\n\\.counted\n\\.counted\n3\n\\.counted\n");

    assertThat(CopyCounts.rows(output)).isEqualTo(3);
    assertThat(CopyCounts.rows(output)).isZero();
    assertThat(CopyCounts.rows(output)).isEqualTo(1);
  }

  @Test
  void escapedTextOfEndMarkIsRow() throws IOException {
    assertThat(CopyCounts.rows(output("\\\\.counted\n\\.counted\n"))).isEqualTo(1);
  }

  @Test
  void outputThatEndsEarlyIsNoCount() {
    assertThatThrownBy(() -> CopyCounts.rows(output("1\n2\n"))).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> CopyCounts.rows(output(""))).isInstanceOf(IOException.class);
  }

  @Test
  void countQueryNumbersTablesAndCountsEachAlone() {
    assertThat(RowCounts.query(List.of("\"public\".\"a\"", "\"public\".\"b\"")))
        .isEqualTo(
            "SELECT 0, pg_catalog.count(*) FROM ONLY \"public\".\"a\" UNION ALL"
                + " SELECT 1, pg_catalog.count(*) FROM ONLY \"public\".\"b\" ORDER BY 1");
  }

  @Test
  void warningNamesTenAndCountsOthers() {
    List<String> names = IntStream.rangeClosed(1, 12).mapToObj(i -> "t" + i).toList();

    assertThat(BackupWarnings.named(names.subList(0, 1))).isEqualTo("t1");
    assertThat(BackupWarnings.named(names.subList(0, 10))).endsWith("t9, t10");
    assertThat(BackupWarnings.named(names)).endsWith("t9, t10 and 2 more");
  }
}
