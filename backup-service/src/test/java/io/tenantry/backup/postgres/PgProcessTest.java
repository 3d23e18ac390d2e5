package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Settings that programs log in with. */
@Tag("P13")
class PgProcessTest {

  @Test
  void escapesWhatWouldEndASetting() {
    assertThat(PgProcess.options(Map.of("search_path", "pg_catalog, pg_temp", "a", "\\")))
        .isEqualTo("-c a=\\\\ -c search_path=pg_catalog,\\ pg_temp");
  }
}
