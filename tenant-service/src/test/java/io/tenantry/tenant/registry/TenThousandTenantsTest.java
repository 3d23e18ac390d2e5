package io.tenantry.tenant.registry;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tenantry.kernel.db.Database;
import io.tenantry.tenant.Postgres;
import io.tenantry.testing.LocalStackResource;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Among ten thousand tenants, nothing reads them all. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
class TenThousandTenantsTest {

  @Inject Database database;
  @Inject TenantStore store;

  @BeforeEach
  void add() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.tenants
          (tenant_id, name, environment, status, blueprint, blueprint_version, region, deleted_at,
           external_id)
        SELECT ('01' || substr(md5(n::text), 3))::uuid, 'bulk-' || n,
          (ARRAY['development', 'staging', 'production'])[1 + n % 3],
          CASE WHEN n % 100 = 1 THEN 'suspended' WHEN n % 2 = 0 THEN 'deleted' ELSE 'active' END,
          CASE WHEN n % 50 = 0 THEN 'rare' ELSE 'car' END, 'v1',
          CASE WHEN n % 50 = 0 THEN 'eu-west-1' ELSE 'us-east-1' END,
          CASE WHEN n % 100 <> 1 AND n % 2 = 0 THEN now() END,
          CASE WHEN n % 7 = 0 THEN 'ours-' || n END
        FROM generate_series(1, 10000) AS n;
        INSERT INTO control_plane.deletions (tenant_id, deletion_id, final_backup)
        SELECT tenant_id, gen_random_uuid(), false
        FROM control_plane.tenants
        WHERE name LIKE 'bulk-%' AND status = 'deleted';
        ANALYZE control_plane.tenants, control_plane.deletions, control_plane.tenant_databases;
        """);
  }

  @AfterEach
  void remove() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        DELETE FROM control_plane.tenants WHERE name LIKE 'bulk-%';
        ANALYZE control_plane.tenants, control_plane.deletions;
        """);
  }

  @Test
  @Tag("T11")
  void listsFiltersAndGetsByIndex() {
    UUID middle = UUID.fromString("01800000-0000-0000-0000-000000000000");

    assertThat(
            Stream.of(
                filter(null, null, null, null, null),
                filter("suspended", null, null, null, null),
                filter("deleted", null, null, null, null),
                filter(null, "staging", null, null, null),
                filter(null, null, "rare", null, null),
                filter(null, null, null, "eu-west-1", null),
                filter(null, null, null, null, "bulk-77"),
                filter("active", "production", "car", "us-east-1", "bulk-1")))
        .allSatisfy(
            filter -> {
              assertByIndex(TenantStore.listing(filter, TenantOrder.byId(null), 50));
              assertByIndex(TenantStore.listing(filter, TenantOrder.byId(middle), 50));
              for (String sort : List.of("name", "-name", "created_at", "-created_at")) {
                assertByIndex(TenantStore.listing(filter, TenantOrder.of(sort, null), 50));
              }
            });
    assertByIndex(new TenantStore.Query(TenantStore.ONE_TENANT, List.of(middle)));
  }

  private static TenantFilter filter(
      String status, String environment, String blueprint, String region, String namePrefix) {
    return new TenantFilter(status, environment, blueprint, region, null, namePrefix, null);
  }

  /** Also beside other filters, and among deleted tenants. */
  @Test
  @Tag("T11")
  void findsNameAndExternalIdByTheirIndex() {
    for (String status : Arrays.asList(null, "active", "deleted")) {
      for (String environment : Arrays.asList(null, "production")) {
        assertThat(
                plan(
                    TenantStore.listing(
                        new TenantFilter(status, environment, "car", null, "bulk-77", null, null),
                        TenantOrder.byId(null),
                        50)))
            .containsPattern("tenants_(by_name|name_taken)");
        assertThat(
                plan(
                    TenantStore.listing(
                        new TenantFilter(status, environment, "car", null, null, null, "ours-77"),
                        TenantOrder.byId(null),
                        50)))
            .containsPattern("tenants_(by_external_id|external_id_taken)");
      }
    }
    assertThat(plan(new TenantStore.Query(TenantStore.BY_EXTERNAL_ID, List.of("ours-77"))))
        .containsPattern("tenants_(by_external_id|external_id_taken)");
  }

  @Test
  @Tag("T11")
  void listsTenantsWithExactNameOrExternalId() {
    asAdmin()
        .queryParam("name", "bulk-77")
        .get(TENANTS)
        .then()
        .statusCode(200)
        .body("items.name", contains("bulk-77"));
    asAdmin()
        .queryParam("external_id", "ours-77")
        .queryParam("name", "bulk-77")
        .get(TENANTS)
        .then()
        .body("items.external_id", contains("ours-77"));
    asAdmin()
        .queryParam("external_id", "ours-77")
        .queryParam("environment", "staging")
        .get(TENANTS)
        .then()
        .body("items", hasSize(0));
    asAdmin().queryParam("external_id", "two words").get(TENANTS).then().statusCode(422);
  }

  @Test
  @Tag("T11")
  void listsFiftyOfTenThousand() {
    asAdmin()
        .queryParam("name_prefix", "bulk-")
        .get(TENANTS)
        .then()
        .statusCode(200)
        .body("items", hasSize(50));
  }

  /** Their ids have another order; the names and times of several are equal. */
  @ParameterizedTest
  @CsvSource({
    "name,        name COLLATE \"C\", ASC",
    "-name,       name COLLATE \"C\", DESC",
    "created_at,  created_at,         ASC",
    "-created_at, created_at,         DESC"
  })
  @Tag("P6")
  void pagesThroughAllInTheOrderThatIsAskedFor(String sort, String column, String direction) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenants
        SET name = CASE WHEN environment = 'staging' THEN 'bulk-x' || length(name) ELSE name END,
          created_at = now() - make_interval(mins => ('x' || substr(md5(name), 1, 4))::bit(16)::int % 700, secs => 0.123456)
        WHERE name LIKE 'bulk-%' AND status = 'deleted'
        """);
    List<String> expected =
        Postgres.column(
            Postgres.CONTROL,
            "SELECT tenant_id FROM control_plane.tenants WHERE status = 'deleted' AND name LIKE 'bulk-%%' ORDER BY %1$s %2$s, tenant_id %2$s"
                .formatted(column, direction));
    List<String> seen = new ArrayList<>();
    String after = null;
    do {
      var request =
          asAdmin()
              .queryParam("status", "deleted")
              .queryParam("name_prefix", "bulk-")
              .queryParam("sort", sort)
              .queryParam("limit", 499);
      JsonPath page =
          (after == null ? request : request.queryParam("after", after))
              .get(TENANTS)
              .then()
              .statusCode(200)
              .extract()
              .jsonPath();
      seen.addAll(page.getList("items.tenant_id"));
      after = page.getString("next");
    } while (after != null);

    assertThat(seen).hasSizeGreaterThan(4000).isEqualTo(expected);
  }

  @Test
  @Tag("P6")
  void refusesPositionOfAnotherOrder() {
    for (String query :
        List.of("sort=mood", "after=bulk-1", "sort=name&after=" + UUID.randomUUID())) {
      asAdmin().get(TENANTS + "?" + query).then().statusCode(422);
    }
  }

  @Test
  @Tag("P6")
  void countsByStatusAndEnvironment() {
    JsonPath counts = asAdmin().get(TENANTS + "/count").then().statusCode(200).extract().jsonPath();

    assertThat(
            counts.<Map<String, Object>>getList("counts").stream()
                .map(each -> each.values().stream().map(String::valueOf).collect(joining(" ")))
                .toList())
        .isEqualTo(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT concat_ws(' ', status, environment, count(*)) FROM control_plane.tenants GROUP BY status, environment ORDER BY status, environment"));
    assertThat(counts.getString("total"))
        .isEqualTo(
            Postgres.value(
                Postgres.CONTROL,
                "SELECT count(*) FROM control_plane.tenants WHERE status <> 'deleted'"));
  }

  /** Also after tenants were changed and removed, and after the changes were summed up. */
  @Test
  @Tag("T11")
  void countsWithoutReadingTenants() {
    assertThat(plan(new TenantStore.Query(TenantStore.COUNT, List.of())))
        .doesNotContain("on tenants");

    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenants SET status = 'suspended' WHERE name LIKE 'bulk-%' AND status = 'active';
        UPDATE control_plane.tenants SET environment = 'staging' WHERE name LIKE 'bulk-7%';
        DELETE FROM control_plane.tenants WHERE name LIKE 'bulk-8%';
        """);
    countsByStatusAndEnvironment();

    store.sumUpCounts(0);
    countsByStatusAndEnvironment();
    assertThat(
            Postgres.value(
                Postgres.CONTROL,
                """
                SELECT (SELECT count(*) FROM control_plane.tenant_count_changes)
                  = (SELECT count(DISTINCT (status, environment, blueprint, blueprint_version)) FROM control_plane.tenants)
                """))
        .isEqualTo("t");
  }

  /** A tenant that is added meanwhile is counted once. */
  @Test
  @Tag("T11")
  void countsTenantsThatAreAddedWhileCountsAreSummedUp() throws Exception {
    try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> adding = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String name = "bulk-writer-" + writer;
        adding.add(
            others.submit(
                () -> {
                  for (int n = 0; n < 25; n++) {
                    Postgres.execute(
                        Postgres.CONTROL,
                        """
                        INSERT INTO control_plane.tenants
                          (tenant_id, name, environment, status, blueprint, blueprint_version, region)
                        VALUES (gen_random_uuid(), '%s-%d', 'production', 'active', 'car', 'v1', 'us-east-1')
                        """
                            .formatted(name, n));
                  }
                }));
        adding.add(
            others.submit(
                () -> {
                  for (int n = 0; n < 10; n++) {
                    store.sumUpCounts(0);
                  }
                }));
      }
      for (Future<?> each : adding) {
        each.get();
      }
    }
    countsByStatusAndEnvironment();
  }

  private String plan(TenantStore.Query query) {
    return StreamSupport.stream(
            database.run("EXPLAIN " + query.sql(), query.parameters().toArray()).spliterator(),
            false)
        .map(row -> row.getString(0))
        .collect(joining("\n"));
  }

  private void assertByIndex(TenantStore.Query query) {
    assertThat(plan(query))
        .containsPattern("(Index|Bitmap Heap) (Only )?Scan .*on tenants")
        .doesNotContain("Seq Scan on tenants")
        .doesNotContain("Seq Scan on deletions");
  }
}
