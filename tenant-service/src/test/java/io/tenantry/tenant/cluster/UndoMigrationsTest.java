package io.tenantry.tenant.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.event.TenantEvent;
import io.tenantry.tenant.blueprint.Blueprint;
import io.tenantry.tenant.blueprint.Isolation;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A blueprint is undone from its newest version down to the first one without an undo. */
class UndoMigrationsTest {

  private static List<String> undos(String... files) {
    Blueprint blueprint =
        new Blueprint(
            "car",
            "v1",
            Isolation.DATABASE,
            "car_{tenant_id}",
            "C",
            20,
            List.of(),
            List.of(),
            List.of(),
            new Blueprint.ApiKeys(1, "key", List.of()),
            new Blueprint.Quotas(1, 1, 1),
            new TenantEvent.BackupPolicy("0 0 2 * * ?", 30),
            false,
            Stream.of(files).map(file -> new Blueprint.Migration(file, "SELECT 1")).toList());
    return new UndoMigrations(blueprint)
        .newestFirst().stream().map(Blueprint.Migration::fileName).toList();
  }

  @Test
  void runsTheNewestFirstByVersionAndNotByName() {
    assertThat(
            undos("V2__b.sql", "V10__c.sql", "V1__a.sql", "U10__c.sql", "U1__a.sql", "U2__b.sql"))
        .containsExactly("U10__c.sql", "U2__b.sql", "U1__a.sql");
  }

  @Test
  void stopsAtTheFirstVersionWithoutAnUndo() {
    assertThat(undos("V1__a.sql", "V2__b.sql", "V3__c.sql", "U3__c.sql", "U1__a.sql"))
        .containsExactly("U3__c.sql");
    assertThat(undos("V1__a.sql", "V2__b.sql", "U1__a.sql")).isEmpty();
  }

  @Test
  void passesOverRepeatableMigrationsAndSettings() {
    assertThat(undos("V1__a.sql", "V1__a.sql.conf", "R__view.sql", "U1__a.sql", "U1__a.sql.conf"))
        .containsExactly("U1__a.sql");
    assertThat(undos("R__view.sql")).isEmpty();
  }
}
