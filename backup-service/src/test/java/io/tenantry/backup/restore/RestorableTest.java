package io.tenantry.backup.restore;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitRetriedJob;
import static io.tenantry.backup.BackupApi.backup;
import static io.tenantry.backup.BackupApi.submit;
import static io.tenantry.kernel.db.Identifiers.quote;
import static io.tenantry.testing.Polling.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.OperationEvents;
import io.tenantry.backup.TenantState;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStack;
import io.tenantry.testing.ControlDatabase;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TenantDatabase;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of object in a tenant's database is restored, or its omission is reported: see {@code
 * restorable/README.md}.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
@Tag("P13")
@Tag("B1")
@Tag("B2")
@Tag("B3")
@Tag("B4")
@Tag("B5")
class RestorableTest {

  private static final Path FILES = Path.of("src", "test", "resources", "restorable");
  private static final String SECRET = "very-secret";

  /** A line at the start of a file, see the README. */
  private record Directive(String key, String text) {

    private static final Pattern LINE =
        Pattern.compile(
            "(?m)^-- (as|only|with|warns|notes|differs|fails|refused)(?: (database|schema):)?(?: (.*))?$");

    static List<Directive> of(String sql, Isolation isolation) {
      List<Directive> directives = new ArrayList<>();
      Matcher line = LINE.matcher(sql);
      while (line.find()) {
        if (line.group(2) == null || line.group(2).equals(nameOf(isolation))) {
          directives.add(
              new Directive(line.group(1), Optional.ofNullable(line.group(3)).orElse("")));
        }
      }
      return directives;
    }
  }

  /** A file planted in a tenant, whose backup is also cloned. */
  private record Case(
      String name,
      String sql,
      List<Directive> directives,
      String other,
      TestTenant tenant,
      TestTenant copy) {

    List<String> all(String key) {
      return directives.stream().filter(d -> d.key().equals(key)).map(Directive::text).toList();
    }

    boolean has(String key) {
      return !all(key).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void restoresBackupsCompletelyOrReportsOmissions(Isolation isolation) throws Exception {
    makeTablespace();
    List<Case> cases = cases(isolation);
    for (Case planted : cases) {
      plant(planted);
    }
    SoftAssertions results = new SoftAssertions();

    Map<String, JsonPath> made =
        all(cases, c -> "/api/v1/tenants/%s/backups".formatted(c.tenant().id()), c -> "{}");
    cases.forEach(c -> assertBackup(results, c, made.get(c.name())));
    List<Case> stored =
        cases.stream()
            .filter(c -> made.get(c.name()).getString("status").equals("completed"))
            .toList();
    stored.forEach(RestorableTest::forgetOther);
    Map<String, List<String>> before = new TreeMap<>();
    stored.forEach(c -> before.put(c.name(), state(c.tenant())));

    Map<String, JsonPath> drills =
        all(stored, c -> "/api/v1/backups/%s/drill".formatted(idOf(made, c)), c -> "{}");
    Map<String, JsonPath> restores =
        all(
            stored,
            c -> "/api/v1/restores",
            c -> "{\"tenant_id\": \"%s\"}".formatted(c.tenant().id()));
    Map<String, JsonPath> clones =
        all(
            stored,
            c -> "/api/v1/restores",
            c ->
                "{\"tenant_id\": \"%s\", \"backup_id\": \"%s\", \"mode\": \"clone\"}"
                    .formatted(c.copy().id(), idOf(made, c)));

    for (Case restored : stored) {
      JsonPath drill = drillOf(restored);
      if (restored.has("fails")) {
        assertFailed(
            results, restored, drill, drills.get(restored.name()), restores.get(restored.name()));
      } else {
        assertRestored(
            results,
            restored,
            drill,
            before.get(restored.name()),
            restores.get(restored.name()),
            clones.get(restored.name()));
      }
    }
    // Fleet drills of other tests would include them.
    cases.forEach(
        c -> {
          c.tenant().forget();
          c.copy().forget();
        });
    results.assertAll();
  }

  private static void assertBackup(SoftAssertions results, Case made, JsonPath job) {
    if (made.has("refused")) {
      results
          .assertThat(job.getString("status") + " " + job.getString("error.message"))
          .as(made.name())
          .startsWith("failed ")
          .contains(made.all("refused").getFirst());
      return;
    }
    results
        .assertThat(job.getString("status"))
        .as("%s: %s", made.name(), job.getString("error.message"))
        .isEqualTo("completed");
    if (job.getString("status").equals("completed")) {
      List<String> warnings =
          backup(job.getString("result.backup_id")).getList("manifest.warnings", String.class);
      assertSays(results, made, "warns", warnings);
    }
  }

  /** Each expected sentence, and none if none is expected. */
  private static void assertSays(
      SoftAssertions results, Case planted, String key, List<String> sentences) {
    List<String> expected = planted.all(key);
    results
        .assertThat(sentences.isEmpty())
        .as("%s %s: %s", planted.name(), key, sentences)
        .isEqualTo(expected.isEmpty());
    expected.forEach(
        text ->
            results
                .assertThat(sentences)
                .as("%s %s", planted.name(), key)
                .anySatisfy(sentence -> results.assertThat(sentence).contains(text)));
  }

  private static void assertFailed(
      SoftAssertions results, Case planted, JsonPath drill, JsonPath... jobs) {
    String reason = planted.all("fails").getFirst();
    for (JsonPath job : jobs) {
      results
          .assertThat(job.getString("status") + " " + job.getString("error.message"))
          .as(planted.name())
          .startsWith("failed ")
          .contains(reason)
          .doesNotContain(SECRET);
    }
    results.assertThat(drill.getString("status")).as(planted.name()).isEqualTo("failed");
    results.assertThat(drill.getString("error_message")).as(planted.name()).contains(reason);
    await()
        .untilAsserted(
            () ->
                assertThat(OperationEvents.of(planted.tenant().id(), "io.tenantry.drill.failed.v1"))
                    .singleElement()
                    .satisfies(
                        event ->
                            assertThat(JsonPath.from(event).getString("message"))
                                .contains(reason)
                                .doesNotContain(SECRET)));
  }

  private static void assertRestored(
      SoftAssertions results,
      Case planted,
      JsonPath drill,
      List<String> before,
      JsonPath restore,
      JsonPath clone) {
    results
        .assertThat(drill.getString("status"))
        .as("drill of %s: %s", planted.name(), drill.getString("error_message"))
        .isEqualTo("passed");
    for (JsonPath job : List.of(restore, clone)) {
      results
          .assertThat(job.getString("status"))
          .as("restore of %s: %s", planted.name(), job.getString("error.message"))
          .isEqualTo("completed");
      if (!job.getString("status").equals("completed")) {
        return;
      }
      assertSays(results, planted, "notes", job.getList("result.notes", String.class));
    }
    if (drill.getString("status").equals("passed")) {
      assertSays(results, planted, "notes", drill.getList("evidence.notes", String.class));
    }
    if (!planted.has("differs")) {
      results.assertThat(state(planted.tenant())).as(planted.name()).isEqualTo(before);
      results
          .assertThat(
              state(planted.copy()).stream()
                  .map(text -> text.replace(planted.copy().role(), planted.tenant().role()))
                  .toList())
          .as("clone of %s", planted.name())
          .isEqualTo(before);
    }
  }

  private static JsonPath drillOf(Case planted) {
    return asAdmin()
        .get("/api/v1/drills?tenant_id=" + planted.tenant().id())
        .jsonPath()
        .setRootPath("items[0]");
  }

  private static String idOf(Map<String, JsonPath> made, Case planted) {
    return made.get(planted.name()).getString("result.backup_id");
  }

  private static Map<String, JsonPath> all(
      List<Case> cases, Function<Case, String> path, Function<Case, String> body) {
    Map<String, String> jobs = new TreeMap<>();
    cases.forEach(c -> jobs.put(c.name(), submit(path.apply(c), body.apply(c))));
    Map<String, JsonPath> ended = new TreeMap<>();
    jobs.forEach((name, id) -> ended.put(name, awaitRetriedJob(id)));
    return ended;
  }

  /** The structure, the rows, and what pg_dump writes about large objects with their data only. */
  private static List<String> state(TestTenant tenant) {
    List<String> state = new ArrayList<>(List.of(TenantState.structure(tenant)));
    TenantState.contents(tenant).forEach((name, content) -> state.add(name + " " + content));
    if (tenant.schema().isEmpty()) {
      state.addAll(
          TenantDatabase.column(
              tenant,
              "SELECT format('%s %s %s', oid, lomacl, obj_description(oid, 'pg_largeobject')) FROM pg_largeobject_metadata ORDER BY oid"));
    }
    return state;
  }

  private static List<Case> cases(Isolation isolation) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(FILES)) {
      files = all.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
    }
    Map<String, List<String>> names = new TreeMap<>();
    Map<String, String> scripts = new TreeMap<>();
    for (Path file : files) {
      String name = file.getFileName().toString().replace(".sql", "");
      String sql = Files.readString(file).replace(":name", name);
      List<Directive> directives = Directive.of(sql, isolation);
      boolean here =
          directives.stream()
              .allMatch(d -> !d.key().equals("only") || d.text().equals(nameOf(isolation)));
      if (here) {
        String group =
            directives.stream().noneMatch(d -> d.key().equals("with"))
                ? name
                : directives.stream()
                    .filter(d -> d.key().equals("as"))
                    .map(Directive::text)
                    .findFirst()
                    .orElse("owner");
        names.computeIfAbsent(group, none -> new ArrayList<>()).add(name);
        scripts.merge(group, sql, String::concat);
      }
    }
    return names.entrySet().stream()
        .map(
            group ->
                new Case(
                    String.join(", ", group.getValue()),
                    scripts.get(group.getKey()),
                    Directive.of(scripts.get(group.getKey()), isolation),
                    "other_" + nameOf(isolation),
                    tenant(isolation),
                    tenant(isolation)))
        .toList();
  }

  private static String nameOf(Isolation isolation) {
    return isolation.name().toLowerCase(Locale.ROOT);
  }

  private static TestTenant tenant(Isolation isolation) {
    return isolation == Isolation.DATABASE ? TestTenant.withDatabase() : TestTenant.withSchema();
  }

  private static void plant(Case planted) throws SQLException {
    TestTenant tenant = planted.tenant();
    for (TestTenant owned : List.of(tenant, planted.copy())) {
      owned.execute(
          "GRANT CREATE ON SCHEMA %s TO %s"
              .formatted(quote(owned.schemaName()), quote(owned.role())));
    }
    if (planted.sql().contains(":other")) {
      ControlDatabase.execute("CREATE ROLE " + planted.other());
    }
    String script =
        "SET search_path = %s, public;\n".formatted(quote(tenant.schemaName()))
            + planted
                .sql()
                .replace(":schema", quote(tenant.schemaName()))
                .replace(":other", planted.other())
                .replace(":plainrole", tenant.role())
                .replace(":role", quote(tenant.role()));
    String as = planted.all("as").stream().findFirst().orElse("owner");
    try (Connection connection =
            switch (as) {
              case "tenant" -> tenant.connect();
              case "superuser" -> LocalStack.shared().postgres().connect(tenant.database());
              default -> tenant.connectAsOwner();
            };
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    } catch (SQLException e) {
      throw new IllegalStateException(planted.name(), e);
    }
  }

  private static void forgetOther(Case planted) {
    if (planted.sql().contains(":other")) {
      TenantDatabase.execute(planted.tenant(), "DROP OWNED BY " + planted.other());
      ControlDatabase.execute("DROP ROLE " + planted.other());
    }
  }

  private static void makeTablespace() throws SQLException {
    try (Connection connection = LocalStack.shared().postgres().connect("postgres");
        Statement statement = connection.createStatement()) {
      if (!statement
          .executeQuery("SELECT FROM pg_tablespace WHERE spcname = 'other_space'")
          .next()) {
        statement.execute("SET allow_in_place_tablespaces = on");
        statement.execute("CREATE TABLESPACE other_space LOCATION ''");
      }
    }
  }
}
