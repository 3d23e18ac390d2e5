package io.tenantry.backup.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PlannerTest {

  private static final String BLUEPRINT = "shop";

  private final Map<String, BlueprintVersion> known = new LinkedHashMap<>();
  private final Planner planner = new Planner(new KnownVersions());

  @Test
  void plansNewMigrationsInOrderAndRepeatablesLast() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1", "V10__ten.sql", "10", "V2__two.sql", "2", "R__view.sql", "v");

    Plan plan = planner.plan(forward("a", "b"));

    assertThat(plan.scripts()).containsExactly("V2__two.sql", "V10__ten.sql", "R__view.sql");
    assertThat(plan.from()).contains(History.of(List.of(row("V1__one.sql", "1"))));
  }

  @Test
  void plansRepeatableMigrationWhoseTextChanged() {
    version("a", "V1__one.sql", "1", "R__view.sql", "old");
    version("b", "V1__one.sql", "1", "R__view.sql", "new");

    Plan plan = planner.plan(forward("a", "b"));

    assertThat(plan.scripts()).containsExactly("R__view.sql");
    // Its checksum in the tenants' histories is not known, so each is read first.
    assertThat(plan.from()).isEmpty();
  }

  @Test
  void plansNothingForCurrentTenant() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1", "V2__two.sql", "2");

    History there = History.of(List.of(row("V1__one.sql", "1"), row("V2__two.sql", "2")));

    assertThat(planner.plan(forward("a", "b"), there).steps()).isEmpty();
  }

  @Test
  void refusesVersionThatLacksMigration() {
    version("a", "V1__one.sql", "1", "V2__two.sql", "2");
    version("b", "V1__one.sql", "1");

    refused(ErrorCode.TENANT_AHEAD, () -> planner.plan(forward("a", "b")));
    refused(
        ErrorCode.TENANT_AHEAD,
        () ->
            planner.plan(
                forward("b", "b"),
                History.of(List.of(row("V1__one.sql", "1"), row("V2__two.sql", "2")))));
  }

  @Test
  void refusesVersionWithChangedMigrations() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "other");

    refused(ErrorCode.VERSIONS_DIVERGE, () -> planner.plan(forward("a", "b")));
  }

  @Test
  void refusesTenantWithOtherHistoryThanItsVersion() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1", "V2__two.sql", "2");

    refused(
        ErrorCode.MIGRATION_MISMATCH,
        () -> planner.plan(forward("a", "b"), History.of(List.of(row("V1__one.sql", "other")))));
    refused(
        ErrorCode.MIGRATION_MISMATCH,
        () ->
            planner.plan(
                forward("a", "b"),
                History.of(
                    List.of(
                        new HistoryRow(
                            Optional.of("1"),
                            "one",
                            HistoryRow.SQL,
                            "V1__one.sql",
                            Optional.of("1".hashCode()),
                            false)))));
  }

  @Test
  void refusesOlderMigrationsUnlessOutOfOrder() {
    version("a", "V1__one.sql", "1", "V3__three.sql", "3");
    version("b", "V1__one.sql", "1", "V2__two.sql", "2", "V3__three.sql", "3");
    known.put("free", new BlueprintVersion(BLUEPRINT, "free", known.get("b").sql(), true));

    refused(ErrorCode.MIGRATION_MISMATCH, () -> planner.plan(forward("a", "b")));
    assertThat(planner.plan(forward("a", "free")).scripts()).containsExactly("V2__two.sql");
  }

  @Test
  void plansUndoScriptsNewestFirst() {
    version("a", "V1__one.sql", "1");
    version(
        "b",
        "V1__one.sql",
        "1",
        "V2__two.sql",
        "2",
        "U2__two.sql",
        "u2",
        "V10__ten.sql",
        "10",
        "U10__ten.sql",
        "u10");

    assertThat(planner.plan(back("b", "a")).scripts())
        .containsExactly("U10__ten.sql", "U2__two.sql");
  }

  @Test
  void refusesRollbackWithoutUndoScript() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1", "V2__two.sql", "2");

    refused(ErrorCode.ROLLBACK_IMPOSSIBLE, () -> planner.plan(back("b", "a")));
  }

  @Test
  void refusesRollbackToMigrationThatNeverRan() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1", "V2__two.sql", "2");

    refused(ErrorCode.ROLLBACK_IMPOSSIBLE, () -> planner.plan(back("a", "b")));
  }

  @Test
  void usesUndoScriptOfAnotherVersionWithSameMigration() {
    version("a", "V1__one.sql", "1");
    version("b", "V1__one.sql", "1");
    version("c", "V1__one.sql", "1", "V2__two.sql", "2", "U2__two.sql", "u2");

    // The registry has the tenant at b, and it came part of the way to c.
    History halfWay = History.of(List.of(row("V1__one.sql", "1"), row("V2__two.sql", "2")));

    assertThat(planner.plan(back("b", "a"), halfWay).scripts()).containsExactly("U2__two.sql");
  }

  private static void refused(ErrorCode code, ThrowingCallable plan) {
    assertThatThrownBy(plan)
        .asInstanceOf(type(TenantryException.class))
        .extracting(TenantryException::code)
        .isEqualTo(code);
  }

  private static Route forward(String from, String to) {
    return new Route(BLUEPRINT, from, to, Direction.FORWARD);
  }

  private static Route back(String from, String to) {
    return new Route(BLUEPRINT, from, to, Direction.ROLLBACK);
  }

  /** A version by its files; the text of each is a statement with its name. */
  private void version(String name, String... filesAndTexts) {
    Map<String, String> sql = new LinkedHashMap<>();
    for (int i = 0; i < filesAndTexts.length; i += 2) {
      sql.put(filesAndTexts[i], "SELECT '" + filesAndTexts[i + 1] + "';");
    }
    known.put(name, new BlueprintVersion(BLUEPRINT, name, sql, false));
  }

  private static HistoryRow row(String file, String text) {
    String name = file.substring(file.indexOf("__") + 2, file.length() - ".sql".length());
    return new HistoryRow(
        BlueprintVersion.versionOf(file).map(Object::toString),
        name,
        HistoryRow.SQL,
        file,
        Optional.of(text.hashCode()),
        true);
  }

  private final class KnownVersions implements Planner.Versions {

    @Override
    public BlueprintVersion get(String blueprint, String version) {
      return known.get(version);
    }

    @Override
    public List<String> all(String blueprint) {
      return List.copyOf(new ArrayList<>(known.keySet()).reversed());
    }

    /** As Flyway would: versions in their order, then repeatable ones. */
    @Override
    public List<HistoryRow> history(BlueprintVersion version) {
      List<String> forward =
          version.sql().keySet().stream().filter(BlueprintVersion::isForward).sorted().toList();
      return Stream.concat(
              forward.stream()
                  .filter(file -> BlueprintVersion.versionOf(file).isPresent())
                  .sorted(
                      (one, other) ->
                          BlueprintVersion.versionOf(one)
                              .orElseThrow()
                              .compareTo(BlueprintVersion.versionOf(other).orElseThrow())),
              forward.stream().filter(file -> BlueprintVersion.versionOf(file).isEmpty()))
          .map(file -> row(file, text(version.sql().get(file))))
          .toList();
    }

    private String text(String sql) {
      return sql.substring("SELECT '".length(), sql.length() - "';".length());
    }
  }
}
