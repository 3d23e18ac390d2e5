package io.tenantry.tenant.orphan;

import static org.assertj.core.api.Assertions.assertThat;

import io.tenantry.kernel.cluster.FoundDatabase;
import io.tenantry.kernel.cluster.Mark;
import io.tenantry.kernel.cluster.Mark.Purpose;
import io.tenantry.tenant.orphan.Orphan.Action;
import io.tenantry.tenant.orphan.Orphan.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What no tenant has is removed only if it never held a tenant's data. */
@Tag("T8")
class OrphanSearchTest {

  private static final UUID OURS = UUID.randomUUID();
  private static final UUID TENANT = UUID.randomUUID();
  private static final String NAME = "car_1";

  private static Mark mark(UUID installation, Purpose purpose) {
    return new Mark(installation, purpose, Optional.of(TENANT), Optional.empty());
  }

  private static FoundDatabase database(String name, Mark mark) {
    return new FoundDatabase(name, "tenantry_owner", mark.toString(), true, false);
  }

  private static List<Orphan> unknown(
      List<FoundDatabase> databases, Map<String, Optional<Mark>> roles, String... known) {
    return OrphanSearch.unknown("main", OURS, databases, new TreeMap<>(roles), Set.of(known));
  }

  private static Orphan orphan(Kind kind, String name, Purpose purpose, Action action) {
    return new Orphan(
        "main", kind, name, false, Optional.of(purpose.toString()), Optional.of(TENANT), action);
  }

  @ParameterizedTest
  @CsvSource({
    "POOL, REMOVE",
    "PROVISIONING, REMOVE",
    "TENANT, QUARANTINE",
    "QUARANTINE, KEEP",
  })
  void decidesByTheMarkOfADatabase(Purpose purpose, Action action) {
    assertThat(unknown(List.of(database(NAME, mark(OURS, purpose))), Map.of()))
        .containsExactly(orphan(Kind.DATABASE, NAME, purpose, action));
  }

  @ParameterizedTest
  @EnumSource(names = {"POOL", "PROVISIONING", "TENANT", "LOGIN", "OWNER"})
  void keepsWhatAnotherInstallationMade(Purpose purpose) {
    Mark theirs = mark(UUID.randomUUID(), purpose);

    assertThat(unknown(List.of(database(NAME, theirs)), Map.of("car_2_o", Optional.of(theirs))))
        .allMatch(orphan -> orphan.action() == Action.KEEP);
  }

  /** These are the business of backups, of restores and of templates. */
  @ParameterizedTest
  @EnumSource(
      names = {"FORMER", "UNDONE", "RESTORE", "DRILL", "GOLDEN", "TEMPLATE", "SHARED", "BUILD"})
  void passesOverWhatOthersCleanUp(Purpose purpose) {
    assertThat(
            unknown(
                List.of(database(NAME, mark(OURS, purpose))),
                Map.of("car_2", Optional.of(mark(OURS, purpose)))))
        .isEmpty();
  }

  @Test
  void passesOverWhatTheControlDatabaseKnows() {
    Mark mark = mark(OURS, Purpose.TENANT);

    assertThat(
            unknown(
                List.of(database(NAME, mark)),
                Map.of(NAME, Optional.of(mark(OURS, Purpose.LOGIN))),
                NAME))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "tenantry_scratch, false, REMOVE",
    "tenantry_scratch, true,  KEEP",
    "tenantry_owner,   false, KEEP"
  })
  void removesAnUnmarkedDatabaseOnlyIfItWasNeverOpened(String owner, boolean open, Action action) {
    assertThat(unknown(List.of(new FoundDatabase(NAME, owner, null, open, false)), Map.of()))
        .extracting(Orphan::action)
        .containsExactly(action);
  }

  @Test
  void leavesTheRolesOfADatabaseToTheDatabase() {
    Mark renamed = mark(OURS, Purpose.QUARANTINE);
    Optional<Mark> owner = Optional.of(mark(OURS, Purpose.OWNER));
    Optional<Mark> login = Optional.of(mark(OURS, Purpose.LOGIN));

    // The database in quarantine has another name, and still owns the roles by its mark.
    assertThat(
            unknown(
                List.of(database("quarantine_7", renamed)),
                Map.of(NAME, login, NAME + "_o", owner, NAME + "_b", login)))
        .extracting(Orphan::name)
        .containsExactly("quarantine_7");
  }

  @Test
  void removesARoleWithoutDatabaseAndSchema() {
    assertThat(unknown(List.of(), Map.of(NAME, Optional.of(mark(OURS, Purpose.LOGIN)))))
        .containsExactly(orphan(Kind.ROLE, NAME, Purpose.LOGIN, Action.REMOVE));
  }

  @Test
  void keepsARoleWithoutMark() {
    assertThat(unknown(List.of(), Map.of(NAME, Optional.empty())))
        .extracting(Orphan::action)
        .containsExactly(Action.KEEP);
  }

  @Test
  void takesAnOwnerRoleWithTheMarkOfASchemaForTheSchema() {
    assertThat(
            unknown(
                List.of(),
                Map.of(
                    NAME + "_o",
                    Optional.of(mark(OURS, Purpose.TENANT)),
                    NAME,
                    Optional.of(mark(OURS, Purpose.LOGIN)))))
        .containsExactly(orphan(Kind.SCHEMA, NAME, Purpose.TENANT, Action.QUARANTINE));
  }

  @ParameterizedTest
  @CsvSource({"car_1, car_1", "car_1_b, car_1", "car_1_o, car_1", "_o, ''", "o, o"})
  void namesTheTenantsRole(String role, String tenantsRole) {
    assertThat(OrphanSearch.withoutSuffix(role)).isEqualTo(tenantsRole);
  }
}
