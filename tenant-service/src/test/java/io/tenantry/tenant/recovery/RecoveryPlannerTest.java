package io.tenantry.tenant.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tenantry.kernel.cluster.ClusterCatalog.KnownTenant;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.kernel.tenant.TenantStatus;
import io.tenantry.tenant.recovery.RecoveryItem.Action;
import io.tenantry.tenant.recovery.RecoveryPlanner.FoundTenant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What recovery does where an older registry and a cluster differ. */
@Tag("F2")
@Tag("P13")
class RecoveryPlannerTest {

  private static final UUID TENANT = UUID.randomUUID();
  private static final UUID INSTALLATION = UUID.randomUUID();
  private static final FoundTenant FOUND = new FoundTenant(TENANT, "car_1", false);
  private static final KnownTenant IN_CATALOG = new KnownTenant("car_1", "{}", false);
  private static final KnownTenant DELETED = new KnownTenant("car_1", "{}", true);

  private static Optional<RegistryTenant> registered(TenantStatus status, String cluster) {
    return Optional.of(
        new RegistryTenant(
            TENANT,
            status,
            "car",
            "v1",
            Optional.ofNullable(cluster),
            Optional.of("car_1"),
            Optional.empty()));
  }

  private static Optional<Action> action(Optional<RegistryTenant> registered, KnownTenant known) {
    return RecoveryPlanner.difference("main", FOUND, registered, known).map(RecoveryItem::action);
  }

  @Test
  void adoptsATenantThatTheRegistryDoesNotKnow() {
    assertThat(action(Optional.empty(), IN_CATALOG)).contains(Action.ADOPT);
  }

  /** The registry is older than the end of their provisioning. */
  @ParameterizedTest
  @EnumSource(names = {"REGISTERED", "PROVISIONING", "ROLLING_BACK"})
  void adoptsATenantThatTheRegistryHasAsUnfinished(TenantStatus status) {
    assertThat(action(registered(status, "main"), IN_CATALOG)).contains(Action.ADOPT);
  }

  @Test
  void onlyReportsATenantOfWhichNothingIsKnown() {
    assertThat(action(Optional.empty(), null)).contains(Action.REPORT_UNKNOWN);
  }

  @Test
  void onlyReportsATenantThatTheRegistryHasElsewhere() {
    Optional<RecoveryItem> item =
        RecoveryPlanner.difference(
            "main", FOUND, registered(TenantStatus.ACTIVE, "other"), IN_CATALOG);

    assertThat(item).map(RecoveryItem::action).contains(Action.REPORT_UNKNOWN);
    assertThat(item).map(RecoveryItem::detail).get().asString().contains("other");
    assertThat(action(registered(TenantStatus.ACTIVE, null), IN_CATALOG))
        .contains(Action.REPORT_UNKNOWN);
  }

  @Test
  void suspendsATenantWhoseDeletionMayHaveBeenGivenUp() {
    assertThat(action(registered(TenantStatus.DELETING, "main"), IN_CATALOG))
        .contains(Action.SUSPEND);
  }

  @Test
  void neverDropsTheDataOfATenantThatTheRegistryHasAsDeleted() {
    assertThat(action(registered(TenantStatus.DELETED, "main"), IN_CATALOG))
        .contains(Action.REPORT_UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACTIVE", "SUSPENDED"})
  void looksCloserAtALiveTenantOfThisCluster(TenantStatus status) {
    assertThat(action(registered(status, "main"), IN_CATALOG)).isEmpty();
  }

  @Test
  void recordsADeletionOnlyIfTheCatalogHasIt() {
    RegistryTenant tenant = registered(TenantStatus.ACTIVE, "main").orElseThrow();

    assertThat(RecoveryPlanner.missing("main", tenant, DELETED).action())
        .isEqualTo(Action.RECORD_DELETION);
    assertThat(RecoveryPlanner.missing("main", tenant, IN_CATALOG).action())
        .isEqualTo(Action.REPORT_MISSING);
    assertThat(RecoveryPlanner.missing("main", tenant, null).action())
        .isEqualTo(Action.REPORT_MISSING);
  }

  @ParameterizedTest
  @CsvSource({
    "ADOPT, true",
    "ROTATE, true",
    "SET_VERSION, true",
    "RECORD_DELETION, true",
    "SUSPEND, true",
    "FORGET_POOL_ENTRY, true",
    "REPORT_MISSING, false",
    "REPORT_UNKNOWN, false"
  })
  void changesNothingForAReport(Action action, boolean change) {
    assertThat(
            new RecoveryItem("main", TENANT, "car_1", action, "", RecoveryItem.PLANNED).isChange())
        .isEqualTo(change);
  }

  @Test
  void takesOnlyWhatIsMarkedAsATenantsOfThisInstallation() {
    Map<UUID, FoundTenant> found = new HashMap<>();

    RecoveryPlanner.add(found, "a", mark(INSTALLATION, Purpose.POOL), false, INSTALLATION);
    RecoveryPlanner.add(found, "b", mark(UUID.randomUUID(), Purpose.TENANT), false, INSTALLATION);
    RecoveryPlanner.add(found, "c", Optional.empty(), false, INSTALLATION);
    assertThat(found).isEmpty();

    RecoveryPlanner.add(found, "d", mark(INSTALLATION, Purpose.TENANT), true, INSTALLATION);
    assertThat(found).containsExactly(Map.entry(TENANT, new FoundTenant(TENANT, "d", true)));
  }

  @Test
  void leavesTwoDatabasesOfOneTenantToAnOperator() {
    Map<UUID, FoundTenant> found = new HashMap<>();
    RecoveryPlanner.add(found, "a", mark(INSTALLATION, Purpose.TENANT), false, INSTALLATION);

    assertThatThrownBy(
            () ->
                RecoveryPlanner.add(
                    found, "b", mark(INSTALLATION, Purpose.TENANT), false, INSTALLATION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("both")
        .hasMessageContaining("an operator has to decide");
  }

  private static Optional<Mark> mark(UUID installation, Purpose purpose) {
    return Optional.of(new Mark(installation, purpose, Optional.of(TENANT), Optional.empty()));
  }
}
