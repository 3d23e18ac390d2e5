package io.tenantry.backup.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.tenantry.backup.migration.DriftReport.Change;
import io.tenantry.backup.migration.DriftReport.Difference;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("M5")
class CatalogTest {

  private static Catalog catalog(String... namesAndDefinitions) {
    Map<String, String> objects = new TreeMap<>();
    for (int i = 0; i < namesAndDefinitions.length; i += 2) {
      objects.put(namesAndDefinitions[i], namesAndDefinitions[i + 1]);
    }
    return new Catalog(new TreeMap<>(objects));
  }

  @Test
  void findsWhatIsMissingUnexpectedAndChangedInOrder() {
    Catalog expected = catalog("table a", "1", "table b", "1", "column b.c d", "int");
    Catalog actual = catalog("table b", "2", "column b.c d", "int", "view z", "SELECT");

    assertThat(expected.differences(actual))
        .containsExactly(
            new Difference("table", "a", Change.MISSING, Optional.of("1"), Optional.empty()),
            new Difference("table", "b", Change.CHANGED, Optional.of("1"), Optional.of("2")),
            new Difference(
                "view", "z", Change.UNEXPECTED, Optional.empty(), Optional.of("SELECT")));
  }

  @Test
  void nameMayHaveSpaces() {
    assertThat(catalog("table my table", "1").differences(catalog()))
        .extracting(Difference::kind, Difference::name)
        .containsExactly(tuple("table", "my table"));
  }

  @Test
  void equalCatalogsHaveEqualFingerprintsAndNoDifferences() {
    Catalog one = catalog("table a", "1", "table b", "2");

    assertThat(one.differences(catalog("table b", "2", "table a", "1"))).isEmpty();
    assertThat(one.fingerprint()).isEqualTo(catalog("table b", "2", "table a", "1").fingerprint());
  }

  @Test
  void fingerprintTellsNamesFromDefinitions() {
    assertThat(catalog("table a", "b").fingerprint())
        .isNotEqualTo(catalog("table ab", "").fingerprint())
        .isNotEqualTo(catalog("table a", "c").fingerprint())
        .isNotEqualTo(catalog("table a", "b", "table c", "").fingerprint());
  }

  @Test
  void moreObjectsReplaceThoseOfSameName() {
    Catalog one = catalog("table a", "1");

    assertThat(one.with(catalog("table a", "2", "table b", "3").objects()))
        .isEqualTo(catalog("table a", "2", "table b", "3"));
    assertThat(one).isEqualTo(catalog("table a", "1"));
  }
}
