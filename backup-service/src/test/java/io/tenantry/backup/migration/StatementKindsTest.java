package io.tenantry.backup.migration;

import static io.tenantry.backup.BackupApi.asAdmin;
import static io.tenantry.backup.BackupApi.awaitSuccess;
import static io.tenantry.backup.BackupApi.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.backup.TestBlueprint;
import io.tenantry.backup.TestBlueprint.Isolation;
import io.tenantry.backup.TestTenant;
import io.tenantry.backup.store.StoresResource;
import io.tenantry.localstack.LocalStackResource;
import java.util.List;
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
  void migratesATenantByEachKindAsFlywayDoes(Isolation isolation) {
    TestBlueprint blueprint = isolation.blueprint();
    List<StatementKind> kinds =
        StatementKind.all().stream()
            .filter(kind -> !kind.refused().in(blueprint.inSchemas()))
            .toList();
    kinds.getFirst().files().forEach(blueprint::with);
    blueprint.publish();
    TestTenant tenant = TestTenant.of(blueprint);
    kinds.forEach(kind -> kind.files().forEach(blueprint::with));
    blueprint.publish();

    JsonPath job =
        awaitSuccess(submit("/api/v1/tenants/%s/migrations".formatted(tenant.id()), "{}"));

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
  }
}
