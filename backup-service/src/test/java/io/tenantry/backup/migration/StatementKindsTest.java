package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.TenantState;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.StatementKind;
import io.tenantry.testing.TestBlueprint;
import io.tenantry.testing.TestBlueprint.Isolation;
import io.tenantry.testing.TestTenant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the check at push accepts of PostgreSQL's statements leads to the same on a tenant that
 * exists as Flyway leads to. Here Flyway makes the golden template with no help of Tenantry's; that
 * the check accepts it, and new tenants come out alike, is for tenant-service's test of this name.
 */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@QuarkusTestResource(StoresResource.class)
class StatementKindsTest {

  @ParameterizedTest
  @EnumSource
  void migratesByEachKindOfStatementAsFlywayDoes(Isolation isolation) {
    TestBlueprint blueprint = isolation.blueprint();
    List<StatementKind> kinds = accepted(blueprint);
    TestTenant tenant = tenantWith(blueprint, kinds.getFirst());
    TestTenant byFlyway = TestTenant.of(blueprint);
    kinds.forEach(kind -> kind.files().forEach(blueprint::with));
    blueprint.publish();

    JsonPath job = migrate(tenant, "{}");
    blueprint.flyway(byFlyway).migrate();

    assertThat(job.getList("result.scripts"))
        .isEqualTo(kinds.stream().skip(1).map(StatementKind::file).toList());
    blueprint.flyway(tenant).validate();
    assertThat(blueprint.flyway(tenant).info().pending()).isEmpty();
    assertThat(blueprint.flyway(tenant).info().applied()).hasSize(kinds.size());
    asAdmin()
        .get("/api/v1/tenants/" + tenant.id() + "/drift")
        .then()
        .statusCode(200)
        .body("differences", equalTo(List.of()));
    assertThat(contents(tenant)).isEqualTo(contents(byFlyway));
    assertThat(structure(tenant)).isEqualTo(structure(byFlyway));
  }

  @ParameterizedTest
  @EnumSource
  void rollsBackByEachKindOfStatement(Isolation isolation) {
    TestBlueprint forth = isolation.blueprint();
    TestBlueprint back = isolation.blueprint();
    List<StatementKind> kinds = accepted(back);
    TestTenant byFlyway = tenantWith(forth, kinds.getFirst());
    TestTenant tenant = tenantWith(back, kinds.getFirst());
    String first = back.version();
    kinds.forEach(kind -> kind.files().forEach(forth::with));
    forth.flyway(byFlyway).migrate();
    StatementKind.asUndos(kinds).forEach(back::with);
    back.publish();
    migrate(tenant, "{}");

    migrate(tenant, "{\"direction\": \"rollback\", \"target_version\": \"%s\"}".formatted(first));

    assertThat(contents(tenant)).isEqualTo(contents(byFlyway));
    assertThat(structure(tenant)).isEqualTo(structure(byFlyway));
    assertThat(back.flyway(tenant).info().applied()).hasSize(1);
  }

  private static List<StatementKind> accepted(TestBlueprint blueprint) {
    return StatementKind.all().stream()
        .filter(kind -> !kind.refused().in(blueprint.inSchemas()))
        .toList();
  }

  private static TestTenant tenantWith(TestBlueprint blueprint, StatementKind first) {
    first.files().forEach(blueprint::with);
    blueprint.publish();
    return TestTenant.of(blueprint);
  }

  private static JsonPath migrate(TestTenant tenant, String body) {
    return awaitSuccess(submit("/api/v1/tenants/%s/migrations".formatted(tenant.id()), body));
  }

  private static Map<String, String> contents(TestTenant tenant) {
    Map<String, String> contents = TenantState.contents(tenant);
    contents.remove("flyway_schema_history");
    return contents;
  }

  /** With names in place of the tenant's own. */
  private static String structure(TestTenant tenant) {
    return TenantState.structure(tenant)
        .replace(tenant.schemaName(), "its_schema")
        .replace(tenant.role(), "its_role");
  }
}
