package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B5")
class RowCountsTest {

  @Test
  void countQueryNumbersTablesAndCountsEachAlone() {
    assertThat(RowCounts.query(List.of("\"public\".\"a\"", "\"public\".\"b\"")))
        .isEqualTo(
            "SELECT 0, pg_catalog.count(*) FROM ONLY \"public\".\"a\" UNION ALL"
                + " SELECT 1, pg_catalog.count(*) FROM ONLY \"public\".\"b\" ORDER BY 1");
  }
}
