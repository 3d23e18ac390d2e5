package io.tenantry.backup.attack;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitJob;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.kernel.db.Identifiers.quote;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.kernel.cluster.ClusterRoles;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tenants that create in their databases all that PostgreSQL permits: see {@code
 * attacks/README.md}. All operations of the service run on each.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
@Tag("F4")
class AttackTest {

  private static final Path ATTACKS = Path.of("src", "test", "resources", "attacks");
  private static final Path TRACE = Path.of("/tmp/evil");
  private static final Pattern REPORT =
      Pattern.compile(
          "^\\S+ \\S+ UTC \\[\\d+] (?<login>\\S*)@\\S* WARNING: +attack=(\\S+) session_user=(\\S+) current_user=(\\S+) by=");
  private static final Pattern GROUP = Pattern.compile("(?m)^-- with (\\w+)$");
  private static final Pattern SUCCESS =
      Pattern.compile("^\\S+ \\S+ UTC \\[\\d+] \\S*@\\S* WARNING: +attack=\\S+ succeeded: .*");

  private static final String CARS =
      """
      CREATE TABLE cars (id int PRIMARY KEY, name varchar(40));
      INSERT INTO cars VALUES (1, 'one'), (2, 'two');
      CREATE TABLE log (text text);
      CREATE FUNCTION note(t text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO log VALUES (t); END $$;
      DO $$ BEGIN EXECUTE format('GRANT CREATE ON SCHEMA %I TO tenantry_app, tenantry_shared_app', current_schema()); END $$;
      """;

  /** A file of what a tenant plants. */
  private record Attack(String name, String sql) {

    boolean has(String mark) {
      return sql.contains("-- " + mark + "\n");
    }

    /** Those of one group are planted by one tenant. */
    String group() {
      Matcher group = GROUP.matcher(sql);
      return group.find() ? group.group(1) : "only " + name;
    }

    /** A script with this attack's names: one tenant may plant several. */
    String named(String script) {
      return script
          .replace("evil(", "evil_" + name + "(")
          .replace("attempt(", "attempt_" + name + "(")
          .replace(":name", name);
    }
  }

  /** A tenant that plants attacks, and another that its backup is cloned into. */
  private record Attacker(List<Attack> attacks, TestTenant tenant, TestTenant copy) {

    String name() {
      return attacks.stream().map(Attack::name).collect(Collectors.joining(", "));
    }

    /** Who may run what it plants: its own roles, the clone's, and those of drills. */
    boolean permits(String role) {
      return Stream.of(tenant, copy)
              .flatMap(
                  owned ->
                      Stream.of(
                          owned.role(),
                          ClusterRoles.second(owned.role()),
                          ClusterRoles.owner(owned.role())))
              .anyMatch(role::equals)
          || role.matches("drill_[0-9a-f_]{36}(_b|_o)?")
          || role.equals(ClusterRoles.CONTENT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tenantsObjectsGainNoRightsAndBreakNoOperation(Isolation isolation) throws IOException {
    TestTenant victim = TestTenant.withDatabase();
    TestTenant victimSchema = TestTenant.withSchema();
    TestBlueprint blueprint = isolation.blueprint().with("V1__cars.sql", CARS);
    String first = blueprint.publish();
    List<Attacker> attackers = attackers(blueprint, isolation);
    attackers.forEach(attacker -> plant(attacker, victim, victimSchema));
    ClusterState before = ClusterState.now();
    long logged = Files.size(LocalStack.shared().postgres().log());

    SoftAssertions results = new SoftAssertions();
    Map<String, String> backups =
        all(results, "backup", attackers, a -> path(a, "backups"), a -> "{}", "result.backup_id");
    all(results, "verification", attackers, a -> of(backups, a, "verify"), a -> "{}", "id");
    all(results, "drill", attackers, a -> of(backups, a, "drill"), a -> "{}", "id");
    Map<String, String> restores =
        all(
            results,
            "restore",
            attackers,
            a -> "/api/v1/restores",
            a -> "{\"tenant_id\": \"%s\"}".formatted(a.tenant().id()),
            "result.restore_id");
    all(
        results,
        "undo",
        attackers,
        a -> "/api/v1/restores/" + restores.get(a.name()) + "/undo",
        a -> "",
        "id");
    all(
        results,
        "clone",
        attackers,
        a -> "/api/v1/restores",
        a ->
            "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"mode\": \"clone\"}"
                .formatted(a.copy().id(), backups.get(a.name())),
        "id");
    migrateAndRollBack(results, blueprint, first, attackers);
    all(results, "backup of the clone", attackers, a -> clone(a, "backups"), a -> "{}", "id");

    assertSeen(results, attackers, logged);
    results
        .assertThat(ClusterState.now().differences(before))
        .as("changes on the cluster")
        .isEmpty();
    for (TestTenant untouched : List.of(victim, victimSchema)) {
      results
          .assertThat(untouched.column("SELECT key FROM settings ORDER BY key"))
          .containsExactly("plan", "seats");
    }
    results.assertThat(TRACE).doesNotExist();
    // Fleet drills of other tests would include them.
    attackers.forEach(
        attacker -> {
          attacker.tenant().forget();
          attacker.copy().forget();
        });
    results.assertAll();
  }

  private static List<Attacker> attackers(TestBlueprint blueprint, Isolation isolation)
      throws IOException {
    Map<String, List<Attack>> groups =
        attacks().stream()
            .filter(attack -> isolation == Isolation.DATABASE || !attack.has("database"))
            .collect(Collectors.groupingBy(Attack::group, TreeMap::new, Collectors.toList()));
    return groups.values().stream()
        .map(planted -> new Attacker(planted, TestTenant.of(blueprint), TestTenant.of(blueprint)))
        .toList();
  }

  private static List<Attack> attacks() throws IOException {
    List<Attack> attacks = new ArrayList<>();
    try (Stream<Path> files = Files.list(ATTACKS)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".sql")).sorted().toList()) {
        String name = file.getFileName().toString().replaceFirst("\\.sql$", "");
        attacks.add(new Attack(name, Files.readString(file)));
      }
    }
    return attacks;
  }

  private static void plant(Attacker attacker, TestTenant victim, TestTenant victimSchema) {
    TestTenant tenant = attacker.tenant();
    try (Connection connection = tenant.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET client_min_messages = error");
      statement.execute("SET search_path = %s, public".formatted(quote(tenant.schemaName())));
      String attempts = Files.readString(Path.of("src", "test", "resources", "attacks.sql"));
      for (Attack attack : attacker.attacks()) {
        for (String script : List.of(attempts, attack.sql())) {
          statement.execute(
              attack
                  .named(script)
                  .replace(":schema", quote(tenant.schemaName()))
                  .replace(":role", tenant.role())
                  .replace(":victim_schema", victimSchema.role())
                  .replace(":victim_o", ClusterRoles.owner(victim.role()))
                  .replace(":victim", victim.role()));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(attacker.name(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs an operation on all attackers at once; returns a field of each job. */
  private static Map<String, String> all(
      SoftAssertions results,
      String operation,
      List<Attacker> attackers,
      Function<Attacker, String> path,
      Function<Attacker, String> body,
      String field) {
    Map<String, String> jobs = new TreeMap<>();
    attackers.forEach(a -> jobs.put(a.name(), submit(path.apply(a), body.apply(a))));
    Map<String, String> fields = new TreeMap<>();
    jobs.forEach(
        (name, id) -> {
          JsonPath job = awaitJob(id);
          results
              .assertThat(job.getString("status"))
              .as("%s with %s: %s", operation, name, job.getString("error.message"))
              .isEqualTo("completed");
          fields.put(name, job.getString(field));
        });
    return fields;
  }

  private static void migrateAndRollBack(
      SoftAssertions results, TestBlueprint blueprint, String first, List<Attacker> attackers) {
    blueprint
        .with(
            "V2__colour.sql",
            """
            ALTER TABLE cars ADD COLUMN colour varchar(20) DEFAULT 'red';
            UPDATE cars SET colour = name WHERE name = colour;
            INSERT INTO cars SELECT max(id) + 1, 'three' FROM cars;
            """)
        .with(
            "U2__colour.sql", "DELETE FROM cars WHERE id > 2; ALTER TABLE cars DROP COLUMN colour;")
        .with("V3__index.sql", "CREATE INDEX CONCURRENTLY by_name ON cars (name);")
        .with("U3__index.sql", "DROP INDEX CONCURRENTLY by_name;")
        .publish();
    all(results, "migration", attackers, a -> path(a, "migrations"), a -> "{}", "id");
    drift(results, attackers);
    all(
        results,
        "rollback",
        attackers,
        a -> path(a, "migrations"),
        a -> "{\"direction\": \"rollback\", \"target_version\": \"%s\"}".formatted(first),
        "id");
    drift(results, attackers);
  }

  private static void drift(SoftAssertions results, List<Attacker> attackers) {
    for (Attacker attacker : attackers) {
      JsonPath report = asAdmin().get(path(attacker, "drift")).then().extract().jsonPath();
      // The attacker's objects are reported, and those of the blueprint are unchanged.
      results
          .assertThat(report.getList("differences.findAll { it.change == 'missing' }.name"))
          .as("drift with %s: %s", attacker.name(), report.prettify())
          .isNotNull()
          .isEmpty();
    }
  }

  private static void assertSeen(SoftAssertions results, List<Attacker> attackers, long from) {
    Map<String, Attacker> byName = new TreeMap<>();
    attackers.forEach(
        attacker -> attacker.attacks().forEach(attack -> byName.put(attack.name(), attacker)));
    TreeSet<String> seen = new TreeSet<>();
    for (String line : log(from).split("\n", -1)) {
      Matcher report = REPORT.matcher(line);
      if (report.find() && byName.containsKey(report.group(2))) {
        String attack = report.group(2);
        // PostgreSQL's own workers have no login; they analyze a table as its owner.
        boolean worker = report.group("login").isEmpty();
        seen.add(attack);
        results
            .assertThat(List.of(report.group(worker ? 4 : 3), report.group(4)))
            .as(line)
            .allMatch(byName.get(attack)::permits);
      }
      if (SUCCESS.matcher(line).find()) {
        results.fail("an attempt succeeded: " + line);
      }
    }
    results
        .assertThat(seen)
        .as("attacks that ran")
        .containsAll(
            attackers.stream()
                .flatMap(attacker -> attacker.attacks().stream())
                .filter(attack -> attack.has("runs"))
                .map(Attack::name)
                .toList());
  }

  private static String log(long from) {
    try (RandomAccessFile log =
        new RandomAccessFile(LocalStack.shared().postgres().log().toFile(), "r")) {
      byte[] text = new byte[(int) (log.length() - from)];
      log.seek(from);
      log.readFully(text);
      return new String(text, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String path(Attacker attacker, String what) {
    return "/api/v1/tenants/" + attacker.tenant().id() + "/" + what;
  }

  private static String clone(Attacker attacker, String what) {
    return "/api/v1/tenants/" + attacker.copy().id() + "/" + what;
  }

  private static String of(Map<String, String> backups, Attacker attacker, String operation) {
    return "/api/v1/backups/" + backups.get(attacker.name()) + "/" + operation;
  }
}
