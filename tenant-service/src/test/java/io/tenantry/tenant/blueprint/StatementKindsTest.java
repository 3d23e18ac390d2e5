package io.tenantry.tenant.blueprint;

import static io.restassured.config.HttpClientConfig.httpClientConfig;
import static io.restassured.config.RestAssuredConfig.config;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.StatementKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of statement is accepted at push and gives a tenant, or is refused with a reason and a
 * line, and leaves nothing on the cluster. For tenants that exist see the test of this name in
 * backup-service.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("F3")
@Tag("F4")
@Tag("F9")
@Tag("F10")
class StatementKindsTest {

  private static final String LEFT =
      """
      SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenantry\\_build\\_%' OR rolname LIKE 'left\\_behind%'
      UNION ALL
      SELECT datname FROM pg_database WHERE datname IN ('tpl_scratch', 'left_behind')
      UNION ALL
      SELECT setrole::regrole::text FROM pg_db_role_setting WHERE setrole = 'tenantry_content'::regrole
      UNION ALL
      SELECT 'session' FROM pg_stat_activity WHERE datname = 'tpl_scratch'
      """;

  /** What is found when all have run names no file. */
  private static final Set<String> FOUND_AT_THE_END = Set.of("alter role in a block");

  private static final String FIELD = "files.migrations/";

  private final String name = "b" + UUID.randomUUID().toString().substring(0, 8);

  @ParameterizedTest
  @EnumSource
  void acceptsEachKindAndCreatesTenant(Isolation isolation) {
    List<StatementKind> kinds =
        StatementKind.all().stream()
            .filter(kind -> !kind.refused().in(isolation == Isolation.SCHEMA))
            .toList();

    asAdmin()
        .body(Map.of("files", files(isolation, kinds)))
        .put("/api/v1/blueprints/" + name)
        .then()
        .body("errors", equalTo(null))
        .statusCode(201);

    asAdmin()
        .config(config().httpClient(httpClientConfig().setParam("http.socket.timeout", 120_000)))
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"%s\"}"
                .formatted(newName(), name))
        .post(TENANTS)
        .then()
        .statusCode(201)
        .body("status", equalTo("active"));
    awaitNothingLeft();
  }

  @ParameterizedTest
  @EnumSource
  void refusesEachOtherKindWithItsReason(Isolation isolation) {
    boolean schema = isolation == Isolation.SCHEMA;
    SoftAssertions softly = new SoftAssertions();
    Map<String, String> byRules = byRules(isolation);
    StatementKind.all().stream()
        .filter(kind -> kind.refused().in(schema))
        .filter(kind -> byRules.containsKey(field(kind)) || isTriedOut(kind, isolation))
        .forEach(
            kind -> {
              String field = field(kind);
              Map<String, String> errors =
                  byRules.containsKey(field) ? byRules : errors(isolation, upTo(kind, schema));
              softly
                  .assertThat(errors.getOrDefault(field, "no error: " + errors))
                  .as(kind.name())
                  .contains(kind.reason());
            });
    softly.assertAll();
    awaitNothingLeft();
  }

  private static String field(StatementKind kind) {
    return FOUND_AT_THE_END.contains(kind.name()) ? "files.migrations" : FIELD + kind.file();
  }

  /**
   * The migrations run in a database of their own first, with either isolation: what fails there is
   * tried with one.
   */
  private static boolean isTriedOut(StatementKind kind, Isolation isolation) {
    return isolation == Isolation.DATABASE || kind.refused() == StatementKind.Refused.IN_SCHEMAS;
  }

  @ParameterizedTest
  @EnumSource
  void acceptsEachKindAsAnUndo(Isolation isolation) {
    Map<String, String> files = blueprint(isolation);
    StatementKind.asUndos(
            StatementKind.all().stream()
                .filter(kind -> !kind.refused().in(isolation == Isolation.SCHEMA))
                .toList())
        .forEach((file, text) -> files.put("migrations/" + file, text));

    asAdmin()
        .body(Map.of("files", files))
        .put("/api/v1/blueprints/" + name)
        .then()
        .body("errors", equalTo(null))
        .statusCode(201);
  }

  /** Another thread may be creating the golden template. */
  private static void awaitNothingLeft() {
    await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(() -> assertThat(Postgres.column(Postgres.MAINTENANCE, LEFT)).isEmpty());
  }

  /** Rules refuse all files at once, PostgreSQL one file at a time. */
  private Map<String, String> byRules(Isolation isolation) {
    Map<String, String> byRules = new TreeMap<>();
    int known;
    do {
      known = byRules.size();
      Map<String, String> errors =
          errors(
              isolation,
              StatementKind.all().stream()
                  .filter(kind -> !byRules.containsKey(FIELD + kind.file()))
                  .filter(kind -> !byRules.containsKey(FIELD + kind.file() + ".conf"))
                  .toList());
      if (errors.size() > 1) {
        byRules.putAll(errors);
      }
    } while (byRules.size() > known);
    return byRules;
  }

  /** What a kind is tried after, and the kind. */
  private static List<StatementKind> upTo(StatementKind kind, boolean schema) {
    List<StatementKind> all = StatementKind.all();
    List<StatementKind> tried =
        new ArrayList<>(
            all.stream()
                .filter(k -> k.number() == 1 || k.group() == kind.group())
                .filter(k -> k.number() < kind.number() && !k.refused().in(schema))
                .toList());
    tried.add(kind);
    return tried;
  }

  /** The messages by their fields. */
  private Map<String, String> errors(Isolation isolation, List<StatementKind> kinds) {
    List<Map<String, String>> errors =
        asAdmin()
            .body(Map.of("files", files(isolation, kinds)))
            .post("/api/v1/blueprints/" + name + "/validate")
            .jsonPath()
            .getList("errors");
    return errors == null
        ? Map.of()
        : errors.stream()
            .collect(
                Collectors.toMap(
                    error -> error.get("field"),
                    error -> error.get("message"),
                    (one, other) -> one));
  }

  private Map<String, String> files(Isolation isolation, List<StatementKind> kinds) {
    Map<String, String> files = blueprint(isolation);
    kinds.forEach(
        kind -> kind.files().forEach((file, text) -> files.put("migrations/" + file, text)));
    return files;
  }

  private Map<String, String> blueprint(Isolation isolation) {
    return new TreeMap<>(
        Map.of(
            "blueprint.yaml",
            "name: %1$s\nisolation: %2$s\nnaming: %1$s_{tenant_id}\n"
                .formatted(name, isolation.name().toLowerCase(Locale.ROOT))));
  }
}
