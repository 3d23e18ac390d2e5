package io.tenantry.tenant.usage;

import static io.restassured.RestAssured.given;
import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.createTenant;
import static io.tenantry.tenant.TenantApi.newName;
import static io.tenantry.tenant.usage.Sampling.everything;
import static io.tenantry.tenant.usage.Sampling.hours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.PostgresServer;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.apikey.ApiKeyApi;
import io.tenantry.testing.LocalStackResource;
import io.tenantry.testing.TcpRelay;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Usage of tenants on a real server, at times that the tests choose. */
@QuarkusTest
@QuarkusTestResource(LocalStackResource.class)
@Tag("T25")
class UsageTest {

  /** When all tenants are due, in the hour in progress. */
  private final Instant now =
      Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofMinutes(50));

  @Inject Sampling sampling;

  private Sampling.Replica replica;

  @BeforeEach
  void takeLease() {
    Postgres.execute(
        Postgres.CONTROL,
        """
        TRUNCATE control_plane.usage_hourly, control_plane.usage_daily, control_plane.usage_totals,
          control_plane.usage_counters, control_plane.usage_tenants;
        UPDATE control_plane.usage_sampler SET rolled_up_to = NULL;
        """);
    replica = sampling.replicaForNewTenants();
  }

  private Instant later(int hours) {
    return now.plus(Duration.ofHours(hours));
  }

  private static UUID createAcquirer() {
    return UUID.fromString(
        asAdmin()
            .body(
                "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"acquiring\"}"
                    .formatted(newName()))
            .post(TENANTS)
            .then()
            .statusCode(201)
            .extract()
            .path("tenant_id"));
  }

  private static String database(UUID tenant) {
    return asAdmin().get(TENANTS + "/" + tenant).then().extract().path("database.name");
  }

  private static Connection connect(UUID tenant) throws SQLException {
    return Postgres.connect(TenantConnections.of(tenant), database(tenant));
  }

  /** Runs statements as the tenant; its statistics are reported at once. */
  private static void work(UUID tenant, String... statements) throws SQLException {
    try (Connection own = connect(tenant);
        Statement statement = own.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
      statement.execute("SELECT pg_stat_force_next_flush()");
    }
  }

  private static ValidatableResponse usage(UUID tenant, Object... parameters) {
    var request = asAdmin();
    for (int i = 0; i < parameters.length; i += 2) {
      request.queryParam(parameters[i].toString(), parameters[i + 1]);
    }
    return request.get(TENANTS + "/" + tenant + "/usage").then();
  }

  @Test
  void samplesDatabaseAndSchema() throws SQLException {
    UUID owner = createTenant(newName());
    UUID sharer = createAcquirer();
    replica.sample(now);

    assertThat(hours(owner, "storage_bytes > 1000000 AND tables >= 2")).containsExactly("t");
    assertThat(hours(sharer, "storage_bytes BETWEEN 100000 AND 50000000 AND tables >= 8"))
        .containsExactly("t");
    assertThat(hours(owner, "transactions")).containsExactly((String) null);

    String[] transactions = new String[20];
    Arrays.fill(transactions, "INSERT INTO settings VALUES (gen_random_uuid()::text, '1')");
    work(owner, transactions);
    work(
        sharer,
        "INSERT INTO merchants (legal_name, contact_email, country, category, settlement_currency)"
            + " SELECT 'Acme', n || '@example.com', 'DE', '5812', 'EUR' FROM generate_series(1, 30) n");
    try (Connection first = connect(owner);
        Connection second = connect(owner);
        Connection third = connect(sharer)) {
      assertThat(List.of(first, second, third)).allMatch(UsageTest::isValid);
      replica.sample(later(1));
    }

    assertThat(hours(owner, "concat_ws(' ', transactions >= 20, rows_in >= 20, connections_peak)"))
        .containsExactly("0", "t t 2");
    assertThat(
            hours(sharer, "concat_ws(' ', transactions IS NULL, rows_in >= 30, connections_peak)"))
        .containsExactly("t 0", "t t 1");
  }

  private static boolean isValid(Connection connection) {
    try {
      return connection.isValid(5);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void changesNothingWhenSampledTwice() throws SQLException {
    UUID tenant = createTenant(newName());
    replica.sample(now);
    work(tenant, "SELECT 1");
    replica.sample(later(1)).rollUp(later(2));
    String before = everything();

    work(
        tenant,
        "INSERT INTO settings SELECT n::text, to_jsonb(repeat('x', 500)) FROM generate_series(1, 10000) AS n");
    replica.sample(later(1)).rollUp(later(2));
    Postgres.execute(
        Postgres.CONTROL, "UPDATE control_plane.usage_sampler SET rolled_up_to = NULL");
    replica.successor().sample(later(1)).rollUp(later(2));

    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void countsNothingWhenStatisticsAreReset() throws SQLException {
    UUID tenant = createTenant(newName());
    replica.sample(now);
    Postgres.execute(database(tenant), "SELECT pg_stat_reset()");
    work(tenant, "SELECT 1", "SELECT 2");
    replica.sample(later(1));
    work(tenant, "SELECT 1", "SELECT 2", "SELECT 3");
    replica.sample(later(2));

    assertThat(hours(tenant, "concat_ws(' ', counter_restarts, transactions IS NULL)"))
        .containsExactly("0 t", "1 t", "0 f");
    assertThat(hours(tenant, "transactions BETWEEN 3 AND 30").getLast()).isEqualTo("t");
  }

  /** As a restore or a move leaves it: another database, whose counters have other values. */
  @Test
  void countsNothingWhenDatabaseIsReplaced() throws SQLException {
    UUID tenant = createTenant(newName());
    String database = database(tenant);
    work(tenant, "SELECT 1");
    replica.sample(now);
    replace(database);
    String[] transactions = new String[200];
    Arrays.fill(transactions, "INSERT INTO settings VALUES (gen_random_uuid()::text, '1')");
    work(tenant, transactions);
    replica.sample(later(1));
    work(tenant, "SELECT 1", "SELECT 2", "SELECT 3");
    replica.sample(later(2));

    assertThat(hours(tenant, "concat_ws(' ', counter_restarts, transactions IS NULL)"))
        .containsExactly("0 t", "1 t", "0 f");
    assertThat(hours(tenant, "transactions BETWEEN 3 AND 30").getLast()).isEqualTo("t");
    assertThat(hours(tenant, "storage_bytes > 0")).containsExactly("t", "t", "t");
    Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE \"former_%s\"".formatted(database));
  }

  private static void replace(String database) {
    String mark = Marks.of(database);
    Postgres.execute(
        Postgres.MAINTENANCE,
        "ALTER DATABASE \"%1$s\" RENAME TO \"former_%1$s\"".formatted(database));
    Postgres.execute(
        Postgres.MAINTENANCE,
        "CREATE DATABASE \"%1$s\" TEMPLATE \"former_%1$s\" OWNER tenantry_owner"
            .formatted(database));
    Postgres.execute(
        Postgres.MAINTENANCE,
        """
        COMMENT ON DATABASE "former_%1$s" IS NULL;
        COMMENT ON DATABASE "%1$s" IS '%2$s';
        GRANT CONNECT, TEMPORARY ON DATABASE "%1$s" TO "%1$s";
        GRANT CONNECT ON DATABASE "%1$s" TO "%1$s_o";
        """
            .formatted(database, mark));
  }

  @Test
  void leavesGapWhereServerSaysThatDataIsAnothers() throws SQLException {
    UUID tenant = createTenant(newName());
    UUID other = createTenant(newName());
    String database = database(tenant);
    String mark = Marks.of(database);
    replica.sample(now);
    Postgres.execute(
        Postgres.MAINTENANCE,
        "COMMENT ON DATABASE \"%s\" IS '%s'"
            .formatted(database, mark.replace(tenant.toString(), UUID.randomUUID().toString())));
    replica.sample(later(1));
    Postgres.execute(
        Postgres.MAINTENANCE, "COMMENT ON DATABASE \"%s\" IS '%s'".formatted(database, mark));
    replica.sample(later(2));

    assertThat(hours(tenant, "hour")).hasSize(2);
    assertThat(hours(other, "hour")).hasSize(3);
  }

  @Test
  void leavesGapOfTenantThatHoldsLockUntilItIsReleased() throws SQLException {
    UUID tenant = createAcquirer();
    UUID neighbour = createAcquirer();
    try (Connection own = connect(tenant);
        Statement statement = own.createStatement()) {
      own.setAutoCommit(false);
      statement.execute("LOCK TABLE merchants IN ACCESS EXCLUSIVE MODE");
      replica.sample(now);
      assertThat(hours(tenant, "storage_bytes")).containsExactly((String) null);
      assertThat(hours(neighbour, "storage_bytes > 0")).containsExactly("t");
    }
    replica.sample(now.plus(Duration.ofMinutes(6)));

    assertThat(hours(tenant, "storage_bytes > 0")).containsExactly("t");
  }

  @Test
  void runsNothingThatTenantPlanted() throws SQLException {
    UUID tenant = createTenant(newName());
    String database = database(tenant);
    Postgres.execute(
        database,
        """
        CREATE TABLE public.traces (what text);
        GRANT ALL ON public.traces TO PUBLIC;
        GRANT ALL ON SCHEMA public TO PUBLIC;
        CREATE FUNCTION public.trap(what text) RETURNS boolean LANGUAGE plpgsql AS
          $$ BEGIN INSERT INTO public.traces VALUES (what || ' ' || session_user); RETURN true; END $$;
        CREATE FUNCTION public.pg_database_size(name) RETURNS bigint LANGUAGE plpgsql AS
          $$ BEGIN PERFORM public.trap('size'); RETURN 1; END $$;
        CREATE FUNCTION public.current_database() RETURNS name LANGUAGE plpgsql AS
          $$ BEGIN PERFORM public.trap('database'); RETURN 'x'; END $$;
        CREATE FUNCTION public.same(name, name) RETURNS boolean LANGUAGE plpgsql AS
          $$ BEGIN RETURN public.trap('operator'); END $$;
        CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.same);
        CREATE VIEW public.pg_class AS SELECT public.trap('view') FROM generate_series(1, 3);
        CREATE VIEW public.pg_namespace AS SELECT public.trap('view') FROM generate_series(1, 3);
        ALTER DATABASE "%1$s" SET search_path = public, pg_catalog;
        ALTER DATABASE "%1$s" SET statement_timeout = '1ms';
        ALTER DATABASE "%1$s" SET default_transaction_read_only = off;
        ALTER ROLE "%1$s_o" SET search_path = public, pg_catalog;
        """
            .formatted(database));

    replica.sample(now);

    assertThat(hours(tenant, "storage_bytes > 1000000 AND tables >= 3")).containsExactly("t");
    Postgres.execute(Postgres.MAINTENANCE, "ALTER DATABASE \"%s\" RESET ALL".formatted(database));
    assertThat(Postgres.column(database, "SELECT what FROM public.traces")).isEmpty();
  }

  @Test
  void goesOnWhenDatabaseIsGoneAndTenantsAreDeleted() throws SQLException {
    UUID kept = createTenant(newName());
    UUID lost = createTenant(newName());
    UUID deleted = createTenant(newName());
    UUID suspended = createTenant(newName());
    replica.sample(now);
    Postgres.execute(
        Postgres.MAINTENANCE, "DROP DATABASE \"%s\" WITH (FORCE)".formatted(database(lost)));
    asAdmin()
        .queryParam("final_backup", false)
        .delete(TENANTS + "/" + deleted)
        .then()
        .statusCode(204);
    asAdmin().body("{}").post(TENANTS + "/" + suspended + "/suspend").then().statusCode(200);
    replica.sample(later(1)).rollUp(later(2));

    assertThat(hours(kept, "storage_bytes > 0")).containsExactly("t", "t");
    assertThat(hours(suspended, "storage_bytes > 0")).containsExactly("t", "t");
    assertThat(hours(lost, "hour")).hasSize(1);
    assertThat(hours(deleted, "hour")).hasSize(1);
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT deleted_at IS NOT NULL FROM control_plane.usage_tenants WHERE tenant_id = ?",
                deleted))
        .containsExactly("t");
  }

  @Test
  void letsOneReplicaSampleAtATime() {
    UUID tenant = createTenant(newName());
    replica.sample(now);
    Sampling.Replica other = replica.successor();
    assertThat(other.lease()).isPresent();
    assertThat(replica.lease()).isEmpty();
    String before = everything();

    // It does not know yet that it has lost the lease.
    replica.sample(later(1)).rollUp(later(2));

    assertThat(everything()).isEqualTo(before);
    other.sample(later(1));
    assertThat(hours(tenant, "storage_bytes > 0")).containsExactly("t", "t");
  }

  @Test
  void clusterThatIsAwayLeavesGap() throws Exception {
    PostgresServer server = LocalStack.shared().startCluster("usage-cluster");
    try (TcpRelay way = new TcpRelay(server.host(), server.port())) {
      register(way.port());
      UUID here = createTenant(newName());
      UUID there = createTenantOn("usage-remote");
      replica.sample(now);
      way.cut();
      replica.sample(later(1));
      way.mend();
      replica.sample(later(2));

      assertThat(hours(here, "hour")).hasSize(3);
      assertThat(hours(there, "storage_bytes > 0")).containsExactly("t", "t");
      // The difference over the gap is in the hour after it, which says so.
      assertThat(
              hours(there, "extract(epoch FROM counters_to - counters_from)::int / 3600").getLast())
          .isEqualTo("2");
      usage(there, "from", now.toString(), "to", later(2).toString())
          .statusCode(200)
          .body("items", hasSize(2))
          .body("items.hours_measured", contains(1, 1));
      asAdmin()
          .queryParam("final_backup", false)
          .delete(TENANTS + "/" + there)
          .then()
          .statusCode(204);
    } finally {
      asAdmin().delete("/api/v1/clusters/usage-remote");
    }
  }

  private static void register(int port) {
    Map<String, String> environment = LocalStack.shared().environment();
    asAdmin()
        .body(
            new JsonObject()
                .put("name", "usage-remote")
                .put("region", "eu-west-1")
                .put("host", "127.0.0.1")
                .put("port", port)
                .put("admin_user", environment.get("TENANT_CLUSTER_ADMIN_USER"))
                .put("admin_password", environment.get("TENANT_CLUSTER_ADMIN_PASSWORD"))
                .put("capacity", 10)
                .encode())
        .post("/api/v1/clusters")
        .then()
        .statusCode(201);
  }

  private static UUID createTenantOn(String cluster) {
    UUID tenant =
        UUID.fromString(
            asAdmin()
                .body(
                    "{\"name\":\"%s\",\"environment\":\"production\",\"region\":\"eu-west-1\"}"
                        .formatted(newName()))
                .post(TENANTS)
                .then()
                .statusCode(201)
                .extract()
                .path("tenant_id"));
    assertThat(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT cluster FROM control_plane.tenant_databases WHERE tenant_id = ?",
                tenant))
        .containsExactly(cluster);
    return tenant;
  }

  @Test
  void showsGapsAndNoZeros() {
    String name = newName();
    UUID tenant = createTenant(name);
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET created_at = now() - interval '6 hours' WHERE tenant_id = '%s'"
            .formatted(tenant));
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    replica.sample(later(-4)).sample(later(-1)).sample(now);

    usage(tenant)
        .statusCode(200)
        .body("granularity", equalTo("hour"))
        .body("name", equalTo(name))
        .body("items", hasSize(3))
        .body("items[0].storage_bytes", greaterThan(1_000_000))
        .body("items[0]", not(hasKey("transactions")))
        .body("items[0]", not(hasKey("events_captured")))
        .body("items[1].transactions", greaterThan(-1))
        .body("gaps", hasSize(2))
        .body("gaps[1].from", equalTo(hour.minus(Duration.ofHours(3)).toString()))
        .body("gaps[1].to", equalTo(hour.minus(Duration.ofHours(1)).toString()));
  }

  @Test
  void showsTenantsKeyItsOwnUsageAlone() {
    UUID tenant = createTenant(newName());
    UUID other = createTenant(newName());
    String key = ApiKeyApi.create(tenant).secret();

    for (var entry :
        Map.of(
                TENANTS + "/" + tenant + "/usage",
                200,
                TENANTS + "/" + other + "/usage",
                403,
                "/api/v1/usage",
                403,
                "/api/v1/usage/export?month=2026-11",
                403,
                "/api/v1/reports/provisioning",
                403,
                "/api/v1/reports/growth",
                403)
            .entrySet()) {
      given().auth().oauth2(key).get(entry.getKey()).then().statusCode(entry.getValue());
    }
  }

  @Test
  void monthsExportAddsUpToSamples() {
    UUID tenant = createTenant(newName());
    List<UUID> others = new ArrayList<>(List.of(createTenant(newName()), createAcquirer()));
    String month = now.toString().substring(0, 7);
    Instant start = Instant.parse(month + "-01T00:00:00Z");
    Postgres.execute(
        Postgres.CONTROL,
        """
        UPDATE control_plane.tenants SET created_at = '%1$s' WHERE tenant_id = '%2$s';
        UPDATE control_plane.tenants SET external_id = 'customer-%2$s,"x"' WHERE tenant_id = '%2$s';
        """
            .formatted(start, tenant));
    replica.sample(now).sample(later(1)).sample(later(2));
    provideEvents(tenant, now);
    replica.rollUp(later(3));

    String csv = export(month, "csv");
    String ndjson = export(month, "ndjson");

    List<String> lines = csv.lines().toList();
    assertThat(lines.getFirst()).isEqualTo(String.join(",", MonthlyUsage.COLUMNS));
    assertThat(lines).hasSizeGreaterThanOrEqualTo(1 + 1 + others.size());
    assertThat(ndjson.lines().count()).isEqualTo(lines.size() - 1L);
    assertThat(csv).contains("\"customer-%s,\"\"x\"\"\"".formatted(tenant));
    for (String line : ndjson.lines().toList()) {
      JsonObject exported = new JsonObject(line);
      List<String> samples =
          Postgres.column(
              Postgres.CONTROL,
              """
              SELECT concat_ws(' ', coalesce(sum(storage_bytes), 0), count(storage_bytes), sum(transactions), sum(rows_in), sum(rows_out),
                sum(events_captured), sum(bytes_captured), sum(events_delivered), sum(backups), sum(backup_bytes))
              FROM control_plane.usage_hourly
              WHERE tenant_id = ?
                AND to_char(hour AT TIME ZONE 'UTC', 'YYYY-MM') = '%s'
              """
                  .formatted(month),
              UUID.fromString(exported.getString("tenant_id")));
      assertThat(
              String.join(
                  " ",
                  List.of(
                          "storage_byte_hours",
                          "hours_measured",
                          "transactions",
                          "rows_in",
                          "rows_out",
                          "events_captured",
                          "bytes_captured",
                          "events_delivered",
                          "backups",
                          "backup_bytes")
                      .stream()
                      .filter(exported::containsKey)
                      .map(name -> exported.getValue(name).toString())
                      .toList()))
          .isEqualTo(samples.getFirst());
    }
    JsonObject mine =
        ndjson
            .lines()
            .map(JsonObject::new)
            .filter(line -> line.getString("tenant_id").equals(tenant.toString()))
            .findFirst()
            .orElseThrow();
    assertThat(mine.getLong("events_captured")).isEqualTo(7);
    assertThat(mine.getLong("gap_hours"))
        .isEqualTo(Math.max(0, mine.getLong("hours") - mine.getLong("hours_measured")));
    asAdmin()
        .queryParam("action", "export_usage")
        .get("/api/v1/audit")
        .then()
        .body("items.action", hasItem("export_usage"));
  }

  private static String export(String month, String format) {
    return asAdmin()
        .queryParam("month", month)
        .queryParam("format", format)
        .get("/api/v1/usage/export")
        .then()
        .statusCode(200)
        .extract()
        .asString();
  }

  /** What the migrations of the other services make; a table serves as well as a view. */
  private static void provideEvents(UUID tenant, Instant at) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        CREATE TABLE IF NOT EXISTS ingestion.usage_v1 (
          tenant_id uuid, hour timestamptz, events_captured bigint, bytes_captured bigint, events_delivered bigint,
          bytes_delivered bigint
        );
        GRANT USAGE ON SCHEMA ingestion TO tenant_service;
        GRANT SELECT ON ingestion.usage_v1 TO tenant_service;
        INSERT INTO ingestion.usage_v1 VALUES ('%1$s', date_trunc('hour', '%2$s'::timestamptz), 7, 700, 6, 600);
        CREATE TABLE IF NOT EXISTS backup.completed_backups_v1 (
          backup_id uuid, tenant_id uuid, completed_at timestamptz, bytes bigint
        );
        GRANT USAGE ON SCHEMA backup TO tenant_service;
        GRANT SELECT ON backup.completed_backups_v1 TO tenant_service;
        INSERT INTO backup.completed_backups_v1 VALUES
          (gen_random_uuid(), '%1$s', '%2$s', 1000), (gen_random_uuid(), '%1$s', '%2$s', 500);
        """
            .formatted(tenant, at));
  }

  @Test
  void rollsUpDaysAndRemovesOldOnes() {
    UUID tenant = createTenant(newName());
    replica.sample(now).rollUp(later(1));
    Instant day = now.truncatedTo(ChronoUnit.DAYS);

    replica.rollUp(later(2)).rollUp(now.plus(Duration.ofDays(20)));
    usage(tenant, "granularity", "day", "from", day.toString())
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].hours_measured", equalTo(1))
        .body("items[0].storage_bytes", greaterThan(1_000_000));
    assertThat(hours(tenant, "hour")).hasSize(1);

    // After a jump of the clock nothing is removed, until an hour later.
    replica.rollUp(now.plus(Duration.ofDays(31)));
    assertThat(hours(tenant, "hour")).hasSize(1);
    replica.rollUp(now.plus(Duration.ofDays(31)).plus(Duration.ofHours(1)));
    assertThat(hours(tenant, "hour")).isEmpty();
    usage(tenant, "granularity", "day", "from", day.toString()).body("items", hasSize(1));

    replica
        .rollUp(now.plus(Duration.ofDays(402)))
        .rollUp(now.plus(Duration.ofDays(402)).plus(Duration.ofHours(1)));
    usage(tenant, "granularity", "day", "from", day.toString()).body("items", hasSize(0));
  }

  @Test
  void ranksTenantsByUsage() throws SQLException {
    UUID small = createTenant(newName());
    UUID large = createTenant(newName());
    Postgres.execute(
        database(large),
        "CREATE TABLE public.large AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)");
    Postgres.execute(
        Postgres.CONTROL,
        "UPDATE control_plane.tenants SET created_at = now() - interval '3 hours' WHERE tenant_id IN ('%s', '%s')"
            .formatted(small, large));
    replica.sample(later(-1)).rollUp(now);

    asAdmin()
        .queryParam("top", 1)
        .queryParam("by", "storage")
        .get("/api/v1/usage")
        .then()
        .statusCode(200)
        .body("items", hasSize(1))
        .body("items[0].tenant_id", equalTo(large.toString()))
        .body("items[0].value", greaterThan(20_000_000))
        .body("tenants", greaterThan(1));
    for (UsageMeasure measure : UsageMeasure.values()) {
      asAdmin().queryParam("by", measure).get("/api/v1/usage").then().statusCode(200);
    }
    asAdmin()
        .get("/api/v1/reports/growth")
        .then()
        .statusCode(200)
        .body("items[-1].tenants", greaterThan(1))
        .body("items[-1].tenants_measured", greaterThan(1))
        .body("items[-1].storage_bytes", greaterThan(20_000_000));
  }

  @Test
  void refusesInvalidRequests() {
    UUID tenant = createTenant(newName());
    usage(tenant, "granularity", "week").statusCode(422);
    usage(tenant, "from", "2026-01-01", "to", "2026-03-01").statusCode(422);
    usage(UUID.randomUUID()).statusCode(404);
    asAdmin().queryParam("by", "mood").get("/api/v1/usage").then().statusCode(422);
    asAdmin().queryParam("month", "2026-1").get("/api/v1/usage/export").then().statusCode(422);
    asAdmin().get("/api/v1/usage/export").then().statusCode(422);
    assertThatThrownBy(() -> UsageMeasure.of("mood")).isInstanceOf(IllegalArgumentException.class);
  }
}
