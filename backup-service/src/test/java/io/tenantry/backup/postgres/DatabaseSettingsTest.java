package io.tenantry.backup.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists of names as PostgreSQL stores them. */
@Tag("P13")
@Tag("F6")
class DatabaseSettingsTest {

  static List<Arguments> lists() {
    return List.of(
        Arguments.of("", List.of()),
        Arguments.of("\"\"", List.of("")),
        Arguments.of("public", List.of("public")),
        Arguments.of("public, pg_catalog", List.of("public", "pg_catalog")),
        Arguments.of("\"$user\", public", List.of("$user", "public")),
        Arguments.of("\"a, \"\"b\"\"\",c", List.of("a, \"b\"", "c")));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void readsEachNameOfList(String stored, List<String> names) {
    assertThat(DatabaseSettings.elements(stored)).isEqualTo(names);
  }
}
