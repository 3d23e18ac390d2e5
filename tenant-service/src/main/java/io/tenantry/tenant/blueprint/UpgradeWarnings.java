package io.tenantry.tenant.blueprint;

import io.tenantry.tenant.blueprint.Blueprint.Migration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.flywaydb.core.api.MigrationVersion;

/** Checks whether tenants of one blueprint version can be migrated to the next version. */
final class UpgradeWarnings {

  private UpgradeWarnings() {}

  /** A warning for each file that prevents the migration; empty if tenants can be migrated. */
  static List<String> warnings(Blueprint current, Blueprint next) {
    Map<Object, Migration> kept = byKey(next);
    List<String> warnings = new ArrayList<>();
    byKey(current)
        .forEach(
            (key, before) -> {
              Migration now = kept.get(key);
              String file = before.fileName();
              if (now == null) {
                warnings.add(
                    "%s of the current version is missing: tenants that have run it cannot be migrated to this version."
                        .formatted(file));
              } else if (before.version().isPresent() && !now.equals(before)) {
                warnings.add(
                    "%s is %s: tenants that have run it cannot be migrated to this version. Put the change into a migration with a higher version."
                        .formatted(
                            file,
                            now.sql().equals(before.sql())
                                ? "renamed to " + now.fileName()
                                : "changed"));
              }
            });
    if (!next.outOfOrder()) {
      warnings.addAll(tooLate(current, next));
    }
    return warnings;
  }

  /** New migrations that Flyway would ignore, because tenants already have a newer one. */
  private static List<String> tooLate(Blueprint current, Blueprint next) {
    Map<Object, Migration> had = byKey(current);
    Optional<MigrationVersion> newest =
        had.values().stream()
            .flatMap(migration -> migration.version().stream())
            .max(Comparator.naturalOrder());
    return byKey(next).values().stream()
        .filter(migration -> !had.containsKey(key(migration)))
        .filter(
            migration ->
                migration
                    .version()
                    .filter(version -> version.compareTo(newest.orElse(version)) < 0)
                    .isPresent())
        .map(
            migration ->
                "%s is older than version %s, which tenants have run: they cannot be migrated to this version. Give it a higher version, or set out_of_order: true in blueprint.yaml."
                    .formatted(migration.fileName(), newest.orElseThrow()))
        .toList();
  }

  private static Map<Object, Migration> byKey(Blueprint blueprint) {
    return blueprint.migrations().stream()
        .filter(migration -> !migration.isUndo() && !migration.isConfig())
        .collect(
            Collectors.toMap(
                UpgradeWarnings::key,
                Function.identity(),
                (one, other) -> one,
                LinkedHashMap::new));
  }

  /** Identifies a migration as Flyway does: leading zeros in versions are ignored. */
  private static Object key(Migration migration) {
    return migration.version().<Object>map(version -> version).orElse(migration.fileName());
  }
}
