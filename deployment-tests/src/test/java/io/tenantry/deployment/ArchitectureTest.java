package io.tenantry.deployment;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The shape of the code of all modules: how packages and modules depend on each other, and size.
 */
class ArchitectureTest {

  private static final Pattern TENANT_SERVICE_TABLE =
      Pattern.compile(
          "(?<!\\{@code"
              + " )control_plane\\.(tenants|tenant_databases|tenant_resources|api_keys|clusters|"
              + "cluster_identities|blueprints|audit_log|installation)\\b");

  /** One checks which tables exist, the other that these tables are out of reach. */
  private static final Set<String> PROVES_BORDERS =
      Set.of("MigrationsHealth.java", "RoleTest.java");

  private static final List<String> MODULES =
      List.of(
          "kernel",
          "partitioner",
          "tenant-service",
          "ingestion-service",
          "backup-service",
          "console",
          "cli",
          "operator",
          "local-stack",
          "local-stack/launcher",
          "service-testing",
          "benchmarks",
          "chaos");

  /** The packages of each part of the project, and the other parts that it may use. */
  private static final Map<String, List<String>> DIRECTION =
      Map.ofEntries(
          Map.entry("kernel", List.of()),
          Map.entry("partitioner", List.of()),
          Map.entry("tenant", List.of("kernel")),
          Map.entry("ingestion", List.of("kernel", "partitioner")),
          Map.entry("backup", List.of("kernel")),
          Map.entry("console", List.of()),
          Map.entry("cli", List.of()),
          Map.entry("operator", List.of()),
          Map.entry("localstack", List.of()),
          Map.entry("testing", List.of("localstack", "kernel")),
          Map.entry("benchmarks", List.of("localstack", "partitioner")),
          Map.entry("chaos", List.of("localstack", "testing")));

  /** Packages whose subject is databases themselves: what a server says of itself are rows, too. */
  private static final Set<String> DATABASE_PACKAGES =
      Set.of("kernel.db", "kernel.cluster", "tenant.cluster", "backup.postgres");

  /**
   * Classes that read rows and are neither stores nor records: each serves one rule by one query.
   */
  private static final Set<String> ROW_READERS =
      Set.of(
          "backup.drill.TrialRestore",
          "backup.installation.Installation",
          "backup.key.TenantKeys",
          "backup.lease.TenantLeases",
          "backup.migration.BlueprintVersions",
          "backup.migration.CatalogReader",
          "backup.migration.GoldenTemplates",
          "backup.migration.HistoryRow",
          "backup.migration.TenantMigrator",
          "backup.migration.TenantStates",
          "backup.orphan.OrphanFileStore",
          "backup.schedule.TenantPolicies",
          "backup.tenant.TenantLogins",
          "ingestion.topic.KnownTopics",
          "kernel.auth.TenantKeys",
          "kernel.crypto.StoredSecrets",
          "kernel.messaging.OutboxRelay",
          "kernel.recovery.Generation",
          "kernel.recovery.RecoveryMode",
          "kernel.tenant.ClusterDirectory",
          "kernel.tenant.TenantDirectory",
          "kernel.tenant.TenantLocation",
          "tenant.apikey.KeyDeliveries",
          "tenant.blueprint.TableTemplates",
          "tenant.conversion.LegacyTenantConversion",
          "tenant.orphan.MissingParts",
          "tenant.orphan.OrphanSearch",
          "tenant.provisioning.TenantDatabase",
          "tenant.quota.Quotas",
          "tenant.recovery.CatalogSync",
          "tenant.recovery.Generations",
          "tenant.recovery.TenantVersions");

  /** Overrides a method of Flyway's. */
  private static final String FLYWAY_OVERRIDE = "io.tenantry.kernel.migration.StatementParser";

  private static final int LONGEST_PARAMETER_LIST = 7;
  private static final int LARGEST_CONSTRUCTOR = 8;
  private static final int LONGEST_FILE = 450;

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    List<Path> folders =
        MODULES.stream().map(module -> Path.of("..", module, "target", "classes")).toList();
    assertThat(folders)
        .allSatisfy(folder -> assertThat(folder).as("compile all modules first").isDirectory());
    classes = new ClassFileImporter().importPaths(folders);
  }

  @Test
  void hasNoPackageCycles() {
    slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(classes);
  }

  private static final class Packages implements SliceAssignment {

    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith("io.tenantry.")
          ? SliceIdentifier.of(type.getPackageName())
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }

  @ParameterizedTest
  @MethodSource
  void usesModulesInOneDirection(String part, List<String> allowed) {
    noClasses()
        .that()
        .resideInAPackage("io.tenantry." + part + "..")
        .should()
        .dependOnClassesThat(
            DescribedPredicate.describe(
                "are in a part other than " + allowed,
                type ->
                    type.getPackageName().startsWith("io.tenantry.")
                        && !partOf(type).equals(part)
                        && !allowed.contains(partOf(type))))
        .check(classes);
  }

  static Stream<Arguments> usesModulesInOneDirection() {
    return DIRECTION.entrySet().stream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @Test
  void knowsPartOfEachClass() {
    assertThat(classes).extracting(ArchitectureTest::partOf).isSubsetOf(DIRECTION.keySet());
  }

  private static String partOf(JavaClass type) {
    return type.getPackageName().split("\\.", -1)[2];
  }

  @Test
  void readsRowsInStoresOnly() {
    assertThat(
            classes.stream()
                .filter(
                    type ->
                        type.getDirectDependenciesFromSelf().stream()
                            .anyMatch(
                                used ->
                                    used.getTargetClass()
                                        .getName()
                                        .equals("io.vertx.sqlclient.Row")))
                .map(ArchitectureTest::outermost)
                .filter(name -> !name.endsWith("Store") && !name.endsWith("Records"))
                .filter(
                    name -> !DATABASE_PACKAGES.contains(name.substring(0, name.lastIndexOf('.'))))
                .filter(not(ROW_READERS::contains)))
        .isEmpty();
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("^io\\.tenantry\\.", "").replaceFirst("\\$.*", "");
  }

  @Test
  void hasNoLongParameterLists() {
    assertThat(
            codeUnits()
                .filter(unit -> !unit.getOwner().getName().equals(FLYWAY_OVERRIDE))
                .filter(
                    unit ->
                        parameters(unit)
                            > (unit instanceof JavaConstructor
                                ? LARGEST_CONSTRUCTOR
                                : LONGEST_PARAMETER_LIST))
                .map(
                    unit ->
                        parameters(unit) + " " + unit.getOwner().getName() + "." + unit.getName())
                .distinct())
        .isEmpty();
  }

  /** What is written as code: no lambdas, no constructors of records, which are data. */
  private static Stream<JavaCodeUnit> codeUnits() {
    return classes.stream()
        .filter(type -> !type.isAnonymousClass() && !type.isLocalClass())
        .flatMap(type -> type.getCodeUnits().stream())
        .filter(unit -> !unit.getModifiers().contains(JavaModifier.SYNTHETIC))
        .filter(unit -> !(unit instanceof JavaConstructor && unit.getOwner().isRecord()));
  }

  /** Without those that the compiler adds: an enum's name and ordinal, the enclosing object. */
  private static int parameters(JavaCodeUnit unit) {
    JavaClass owner = unit.getOwner();
    int added =
        !(unit instanceof JavaConstructor) ? 0 : owner.isEnum() ? 2 : owner.isInnerClass() ? 1 : 0;
    return unit.getRawParameterTypes().size() - added;
  }

  @Test
  void hasNoFileOverLimit() throws IOException {
    Map<String, Integer> tooLong = new TreeMap<>();
    for (String module : MODULES) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          int lines = Files.readAllLines(file).size();
          if (lines > LONGEST_FILE) {
            tooLong.put(file.getFileName().toString(), lines);
          }
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  /** Leases on tenants must not depend on a replica's clock, which may be wrong. */
  @Test
  void usesNoLocalClockForLeases() {
    assertThat(
            classes.stream()
                .filter(type -> type.getSimpleName().equals("TenantLeases"))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getName())
                .filter(name -> name.startsWith("java.time.") && !name.endsWith(".Duration")))
        .isEmpty();
  }

  /** What refuses the start has a priority; a task that ran already would log errors beside it. */
  @Test
  void startsBackgroundTasksAfterChecksOfStart() {
    assertThat(
            codeUnits()
                .filter(unit -> unit.getRawParameterTypes().toString().contains("StartupEvent"))
                .filter(
                    unit ->
                        unit.getParameters().stream()
                            .anyMatch(
                                parameter ->
                                    parameter.isAnnotatedWith("jakarta.annotation.Priority")))
                .flatMap(unit -> unit.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().getSimpleName().equals("BackgroundTasks"))
                .map(Object::toString))
        .isEmpty();
  }

  /** So that a renamed column of a table breaks only the view's own test. */
  @Test
  void usesTablesOfTenantServiceThroughViewsOnly() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String module : List.of("kernel", "ingestion-service", "backup-service", "cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          if (!PROVES_BORDERS.contains(file.getFileName().toString())
              && TENANT_SERVICE_TABLE.matcher(Files.readString(file)).find()) {
            found.add(file.getFileName().toString());
          }
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void writesEnumConstantsInUpperCase() {
    assertThat(
            classes.stream()
                .filter(JavaClass::isEnum)
                .flatMap(type -> type.getFields().stream())
                .filter(field -> field.getRawType().equals(field.getOwner()))
                .filter(field -> field.getModifiers().contains(JavaModifier.STATIC))
                .filter(not(field -> field.getName().matches("[A-Z][A-Z0-9_]*")))
                .map(JavaField::getFullName))
        .isEmpty();
  }
}
