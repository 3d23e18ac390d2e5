package io.tenantry.backup.migration;

import io.tenantry.backup.migration.Plan.Route;
import io.tenantry.kernel.error.ErrorCode;
import io.tenantry.kernel.error.TenantryException;
import io.tenantry.kernel.migration.MigrationScript;
import io.tenantry.kernel.migration.ScriptRefused;
import io.tenantry.kernel.migration.ScriptRules;
import io.tenantry.kernel.runtime.Maps;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Plans migrations between versions of a blueprint as Flyway would run them, from a tenant's
 * history: versioned migrations in order, then repeatable migrations whose text has changed.
 */
@Singleton
final class Planner {

  private final Versions versions;

  Planner(Versions versions) {
    this.versions = versions;
  }

  /** The blueprint versions that plans are made for. */
  interface Versions {

    /**
     * Returns a version with its migrations.
     *
     * @throws TenantryException {@code BLUEPRINT_NOT_FOUND}
     */
    BlueprintVersion get(String blueprint, String version);

    /** Returns all versions of a blueprint, newest first. */
    List<String> all(String blueprint);

    /**
     * Returns the history that Flyway writes for a version in an empty database.
     *
     * @throws TenantryException {@code GOLDEN_TEMPLATE_MISSING}
     */
    List<HistoryRow> history(BlueprintVersion version);
  }

  /**
   * Plans for all tenants whose history is what their version in the registry implies.
   *
   * @throws TenantryException {@code TENANT_AHEAD}, {@code VERSIONS_DIVERGE}, {@code
   *     ROLLBACK_IMPOSSIBLE}, {@code GOLDEN_TEMPLATE_MISSING} or {@code BLUEPRINT_NOT_FOUND}
   */
  Plan plan(Route route) {
    BlueprintVersion from = versions.get(route.blueprint(), route.fromVersion());
    BlueprintVersion to = versions.get(route.blueprint(), route.toVersion());
    if (route.direction() == Direction.ROLLBACK) {
      return plan(route, History.of(versions.history(from)));
    }
    List<HistoryRow> golden = versions.history(to);
    checkKept(from, to);
    History assumed =
        History.of(
            golden.stream()
                .filter(row -> from.sql().containsKey(row.script()))
                .map(row -> unlessChanged(row, from, to))
                .toList());
    Plan plan = plan(route, assumed);
    boolean known = assumed.rows().values().stream().allMatch(row -> row.checksum().isPresent());
    return known ? plan : new Plan(route, Optional.empty(), plan.steps());
  }

  /** Checks that the target version has all migrations of the current one, as Flyway requires. */
  private static void checkKept(BlueprintVersion from, BlueprintVersion to) {
    for (Map.Entry<String, String> file : from.sql().entrySet()) {
      String name = file.getKey();
      if (!BlueprintVersion.isForward(name)) {
        continue;
      }
      String kept = to.sql().get(name);
      Optional<MigrationVersion> version = BlueprintVersion.versionOf(name);
      if (kept == null
          && version.isPresent()
          && to.sql().keySet().stream()
              .filter(BlueprintVersion::isForward)
              .noneMatch(other -> BlueprintVersion.versionOf(other).equals(version))) {
        throw new TenantryException(
            ErrorCode.TENANT_AHEAD,
            "Version %s has %s, which version %s does not have; migrate with direction rollback."
                .formatted(from.version(), name, to.version()));
      }
      if (kept == null || (version.isPresent() && !kept.equals(file.getValue()))) {
        throw new TenantryException(
            ErrorCode.VERSIONS_DIVERGE,
            "%s of version %s is %s in version %s."
                .formatted(
                    name, from.version(), kept == null ? "missing" : "changed", to.version()));
      }
    }
  }

  /** A repeatable migration whose text changed had another checksum, which is unknown. */
  private static HistoryRow unlessChanged(
      HistoryRow row, BlueprintVersion from, BlueprintVersion to) {
    return Maps.require(from.sql(), row.script()).equals(to.sql().get(row.script()))
        ? row
        : new HistoryRow(
            row.version(), row.description(), row.type(), row.script(), Optional.empty(), true);
  }

  /** Plans from a tenant's actual history. */
  Plan plan(Route route, History actual) {
    checkReadable(actual);
    List<HistoryRow> golden = versions.history(versions.get(route.blueprint(), route.toVersion()));
    Map<String, HistoryRow> wanted =
        golden.stream().collect(Collectors.toMap(HistoryRow::key, Function.identity()));
    List<Step> steps = new ArrayList<>();
    if (route.direction() == Direction.ROLLBACK) {
      steps.addAll(undos(route, actual, wanted));
    }
    steps.addAll(forward(route, actual, golden, wanted));
    return new Plan(route, Optional.of(actual), List.copyOf(steps));
  }

  private static void checkReadable(History actual) {
    for (HistoryRow row : actual.rows().values()) {
      if (!row.success()) {
        throw mismatch(row.script() + " failed halfway; repair it manually or with Flyway first");
      }
      if (!row.type().equals(HistoryRow.SQL)) {
        throw mismatch("%s has the unsupported type %s".formatted(row.script(), row.type()));
      }
    }
  }

  private List<Step> forward(
      Route route, History actual, List<HistoryRow> golden, Map<String, HistoryRow> wanted) {
    boolean back = route.direction() == Direction.ROLLBACK;
    for (HistoryRow row : actual.rows().values()) {
      HistoryRow same = wanted.get(row.key());
      if (same == null && !back) {
        throw row.version().isPresent()
            ? new TenantryException(
                ErrorCode.TENANT_AHEAD,
                "The tenant has %s, which version %s does not have; migrate with direction rollback."
                    .formatted(row.script(), route.toVersion()))
            : mismatch(row.script() + " is not in version " + route.toVersion());
      }
      if (same != null && row.version().isPresent() && !row.isSame(same)) {
        throw mismatch(row.script() + " has another checksum or name in the tenant's history");
      }
    }
    List<HistoryRow> pending =
        golden.stream()
            .filter(row -> actual.find(row.key()).filter(applied -> applied.isSame(row)).isEmpty())
            .toList();
    BlueprintVersion to = versions.get(route.blueprint(), route.toVersion());
    if (back || !to.outOfOrder()) {
      checkOrder(actual, pending, back);
    }
    return pending.stream().map(row -> step(to, row.script(), new Step.Change.Add(row))).toList();
  }

  /** Flyway skips and reports migrations that are older than the newest one that was run. */
  private static void checkOrder(History actual, List<HistoryRow> pending, boolean back) {
    Optional<MigrationVersion> newest =
        actual.rows().values().stream()
            .flatMap(row -> row.parsedVersion().stream())
            .max(Comparator.naturalOrder());
    pending.stream()
        .filter(row -> row.version().isPresent())
        .filter(
            row ->
                back
                    || row.parsedVersion()
                            .orElseThrow()
                            .compareTo(newest.orElse(MigrationVersion.EMPTY))
                        < 0)
        .findFirst()
        .ifPresent(
            row -> {
              throw back
                  ? impossible(row.script() + " was never run; migrate with direction forward")
                  : mismatch(row.script() + " is older than a migration that was already run");
            });
  }

  private List<Step> undos(Route route, History actual, Map<String, HistoryRow> wanted) {
    List<Step> undos = new ArrayList<>();
    List<String> withoutUndo = new ArrayList<>();
    actual.rows().values().stream()
        .filter(row -> !wanted.containsKey(row.key()))
        .sorted(
            Comparator.comparing(
                    (HistoryRow row) -> row.parsedVersion().orElse(MigrationVersion.EMPTY))
                .reversed())
        .forEach(
            row ->
                undo(route, row).ifPresentOrElse(undos::add, () -> withoutUndo.add(row.script())));
    if (!withoutUndo.isEmpty()) {
      Collections.sort(withoutUndo);
      throw impossible("there is no undo script for " + String.join(", ", withoutUndo));
    }
    return undos;
  }

  /**
   * The undo script of a migration that a tenant has run: from the tenant's version or, because the
   * registry does not know of unfinished migrations, from the newest version with the same
   * migration.
   */
  private Optional<Step> undo(Route route, HistoryRow row) {
    if (row.parsedVersion().isEmpty()) {
      return Optional.empty();
    }
    return Stream.concat(Stream.of(route.fromVersion()), versions.all(route.blueprint()).stream())
        .map(version -> versions.get(route.blueprint(), version))
        .flatMap(
            version ->
                row.parsedVersion().flatMap(version::undo).stream()
                    .filter(script -> has(version, row))
                    .map(script -> step(version, script, new Step.Change.Remove(row))))
        .findFirst();
  }

  private boolean has(BlueprintVersion version, HistoryRow row) {
    try {
      return versions.history(version).stream()
          .anyMatch(golden -> golden.key().equals(row.key()) && golden.isSame(row));
    } catch (TenantryException e) {
      if (e.code() == ErrorCode.GOLDEN_TEMPLATE_MISSING) {
        return false;
      }
      throw e;
    }
  }

  private static Step step(BlueprintVersion version, String script, Step.Change change) {
    String sql = Maps.require(version.sql(), script);
    // The version may have been accepted by an older release, which refused less.
    for (ScriptRefused refused : ScriptRules.refusals(sql, version.config(script))) {
      throw new TenantryException(
          ErrorCode.MIGRATION_FAILED, "%s: %s.".formatted(script, refused.getMessage()));
    }
    return new Step(script, MigrationScript.parse(sql, version.config(script)), change);
  }

  private static TenantryException mismatch(String reason) {
    return new TenantryException(
        ErrorCode.MIGRATION_MISMATCH,
        "The tenant's migration history does not match: " + reason + ".");
  }

  private static TenantryException impossible(String reason) {
    return new TenantryException(
        ErrorCode.ROLLBACK_IMPOSSIBLE, "The tenant cannot be rolled back: " + reason + ".");
  }
}
