package io.tenantry.tenant.blueprint;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.event.TenantEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a push warns of. */
@Tag("outOfOrder")
class UpgradeWarningsTest {

  private static final Map<String, String> CURRENT =
      Map.of("V1__a.sql", "a", "U1__a.sql", "ua", "V5__b.sql", "b", "R__c.sql", "c");

  @Test
  void nothingIsToBeSaidOfWhatBuildsOnTheCurrentVersion() {
    assertThat(warnings(Map.of(), false)).isEmpty();
    assertThat(
            warnings(
                Map.of("V5.1__d.sql", "d", "R__c.sql", "c2", "R__e.sql", "e", "U1__a.sql", "ua2"),
                false))
        .isEmpty();
  }

  @Test
  void namesWhatIsMissingChangedAndRenamed() {
    assertThat(warnings(Map.of("V1__a.sql", "", "R__c.sql", "", "V5__b.sql", "b2"), false))
        .satisfiesExactly(
            missing -> assertThat(missing).startsWith("R__c.sql of the current version is missing"),
            missing ->
                assertThat(missing).startsWith("V1__a.sql of the current version is missing"),
            changed -> assertThat(changed).startsWith("V5__b.sql is changed"));
    assertThat(warnings(Map.of("V1__a.sql", "", "V01__z.sql", "a"), false))
        .singleElement()
        .asString()
        .startsWith("V1__a.sql is renamed to V01__z.sql");
  }

  @Test
  void namesWhatIsOlderThanWhatTenantsHaveRunUnlessItMayBe() {
    assertThat(warnings(Map.of("V2__d.sql", "d", "V10__e.sql", "e"), false))
        .singleElement()
        .asString()
        .startsWith("V2__d.sql is older than version 5")
        .contains("out_of_order: true");
    assertThat(warnings(Map.of("V2__d.sql", "d"), true)).isEmpty();
  }

  /** Of a version with these files changed; an empty text takes one away. */
  private static List<String> warnings(Map<String, String> changes, boolean outOfOrder) {
    Map<String, String> next = new TreeMap<>(CURRENT);
    next.putAll(changes);
    next.values().removeIf(String::isEmpty);
    return UpgradeWarnings.warnings(blueprint(CURRENT, false), blueprint(next, outOfOrder));
  }

  private static Blueprint blueprint(Map<String, String> files, boolean outOfOrder) {
    return new Blueprint(
        "shop",
        "000000000000",
        Isolation.DATABASE,
        "shop_{tenant_id}",
        "C.UTF-8",
        20,
        List.of(),
        List.of(),
        List.of(),
        new Blueprint.ApiKeys(0, "nm", List.of()),
        new Blueprint.Quotas(1, 1, 1),
        new TenantEvent.BackupPolicy("0 0 2 * * ?", 30),
        outOfOrder,
        new TreeMap<>(files)
            .entrySet().stream()
                .map(file -> new Blueprint.Migration(file.getKey(), file.getValue()))
                .toList());
  }
}
