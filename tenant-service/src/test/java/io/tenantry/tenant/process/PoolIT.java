package io.tenantry.tenant.process;

import static io.tenantry.tenant.TenantApi.TENANTS;
import static io.tenantry.tenant.TenantApi.asAdmin;
import static io.tenantry.tenant.TenantApi.body;
import static io.tenantry.tenant.TenantApi.newName;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import io.restassured.response.Response;
import io.restassured.response.ValidatableResponse;
import io.tenantry.localstack.LocalStack;
import io.tenantry.tenant.Marks;
import io.tenantry.tenant.Postgres;
import io.tenantry.tenant.TenantConnections;
import io.tenantry.tenant.externalservice.HttpService;
import io.tenantry.tenant.externalservice.HttpService.Behaviour;
import io.tenantry.testing.ServiceProcess;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The warm pool: homes that are ready before anybody asks for them. */
class PoolIT {

  private static final String READY =
      "SELECT tenant_id FROM control_plane.pool_entries WHERE status = 'ready'";
  private static final String ALL = "SELECT tenant_id FROM control_plane.pool_entries";

  private static final int SIZE = 6;

  /** More than the pool has ready, and than can be refilled meanwhile. */
  private static final int MANY = 40;

  private static HttpService auth;
  private static ServiceProcess service;

  private static Map<String, String> pool(int size) {
    return Map.of(
        "POOL_SIZE",
        Integer.toString(size),
        "POOL_BLUEPRINTS",
        "car,acquiring",
        "TENANTRY_POOL_INTERVAL",
        "1s",
        "PROVISIONING_LEASE",
        "4s",
        "TENANTRY_PROVISIONING_RECOVERY_INTERVAL",
        "1s",
        "TENANTRY_PROVISIONING_RENEWAL_INTERVAL",
        "1s",
        "TENANTRY_PROVISIONING_RETRY_DELAY",
        "500ms",
        "AUTH_SERVICE_URL",
        "http://127.0.0.1:" + auth.port(),
        "TENANTRY_SERVICES_ATTEMPTS",
        "1");
  }

  @BeforeAll
  static void start() throws IOException {
    auth = new HttpService();
    service = ServiceProcess.start(pool(SIZE));
  }

  @BeforeEach
  void awaitAFullPool() {
    awaitEntries(READY, 2 * SIZE);
  }

  /** With 0 there is no pool: what there was is removed. The other tests count databases. */
  @AfterAll
  @Tag("T10")
  static void removesPoolWhenSizeIsZero() {
    service.close();
    try (ServiceProcess without = ServiceProcess.start(pool(0))) {
      awaitEntries(ALL, 0);
      create(without, newName()).statusCode(201);
      assertThat(metrics(without))
          .doesNotContainPattern("tenantry_pool_claims_total\\{[^}]*} [1-9]");
    }
    assertThat(Postgres.tenantDatabases())
        .containsExactlyInAnyOrderElementsOf(
            Postgres.column(
                Postgres.CONTROL,
                "SELECT database_name FROM control_plane.tenant_databases WHERE schema_name IS NULL"));
    assertThat(Postgres.tenantRoles())
        .containsExactlyInAnyOrderElementsOf(Postgres.recordedRoles());
  }

  @Test
  @Tag("T10")
  void claimsReadyDatabaseUnderFinalIdAndRefills() throws SQLException {
    List<String> ready = ready("car");
    double hits = claims("hit");

    String tenant =
        create(service, newName())
            .statusCode(201)
            .body("status", equalTo("active"))
            .extract()
            .path("tenant_id");

    assertThat(ready).contains(tenant);
    assertThatItWasProvisionedBy(tenant, "claim", "verification", "activation");
    assertThatItsOwnConnectionLeadsHome(tenant);
    assertThat(claims("hit")).isEqualTo(hits + 1);
    awaitEntries(READY, 2 * SIZE);
    assertThat(ready("car")).doesNotContain(tenant);
    await()
        .untilAsserted(
            () ->
                assertThat(metrics(service))
                    .containsPattern(
                        "tenantry_pool_size\\{blueprint=\"car\",cluster=\"default\",[^}]*} %d.0"
                            .formatted(SIZE)));
  }

  @Test
  @Tag("T10")
  @Tag("T15")
  void registersClaimedTenantWithServices() throws SQLException {
    List<String> ready = ready("car");

    String tenant =
        create(service, newName(), "auth", "realtime")
            .statusCode(201)
            .body("status", equalTo("active"))
            .extract()
            .path("tenant_id");

    assertThat(ready).contains(tenant);
    assertThatItWasProvisionedBy(tenant, "claim", "verification", "services", "activation");
    asAdmin(service)
        .get(TENANTS + "/" + tenant + "/services")
        .then()
        .body("items.type", contains("auth", "realtime"))
        .body("items.status", everyItem(equalTo("active")));
    assertThatItsOwnConnectionLeadsHome(tenant);
  }

  @Test
  @Tag("T10")
  @Tag("T15")
  void undoesClaimWhenServiceFails() {
    List<String> ready = ready("car");
    String name = newName();

    auth.behave(Behaviour.FAIL_ONCE);
    create(service, name, "auth")
        .statusCode(502)
        .body("code", equalTo("SERVICE_REGISTRATION_FAILED"))
        .body("detail", containsString("Everything was rolled back"));

    assertThat(Postgres.tenantDatabases()).doesNotContain(database(ready.getFirst()));
    create(service, name).statusCode(201).body("tenant_id", equalTo(ready.get(1)));
  }

  @Test
  @Tag("T10")
  void provisionsMoreConcurrentTenantsThanPoolHolds() throws Exception {
    double hits = claims("hit");
    double misses = claims("miss");

    List<Response> answers = createAtOnce(MANY, 25, List.of(service));

    assertThat(answers).extracting(Response::statusCode).containsOnly(201);
    assertThat(tenants(answers)).hasSize(MANY);
    for (String tenant : tenants(answers)) {
      assertThatItsOwnConnectionLeadsHome(tenant);
    }
    assertThat(claims("hit") - hits).isGreaterThanOrEqualTo(SIZE);
    assertThat(claims("hit") - hits + claims("miss") - misses).isEqualTo(MANY);
  }

  @Test
  @Tag("T9")
  @Tag("T10")
  void claimsOneEntryForConcurrentRequestsWithOneExternalId() throws Exception {
    List<String> ready = ready("car");
    String request = body(newName()).replace("}", ",\"external_id\":\"%s\"}".formatted(newName()));
    List<Response> answers = new ArrayList<>();

    try (ExecutorService clients = Executors.newFixedThreadPool(SIZE)) {
      for (Future<Response> answer :
          clients.invokeAll(
              Collections.<Callable<Response>>nCopies(
                  2 * SIZE, () -> asAdmin(service).body(request).post(TENANTS)))) {
        answers.add(answer.get());
      }
    }

    List<Response> busy = answers.stream().filter(answer -> answer.statusCode() == 409).toList();
    assertThat(busy).allMatch(answer -> answer.path("code").equals("TENANT_BUSY"));
    answers.removeAll(busy);
    assertThat(answers).extracting(Response::statusCode).containsOnly(200, 201);
    assertThat(answers).extracting(Response::statusCode).containsOnlyOnce(201);
    assertThat(tenants(answers)).hasSize(1);
    assertThat(ready).containsAll(tenants(answers));
    awaitEntries(READY, 2 * SIZE);
    assertThat(ready("car"))
        .containsAll(ready.stream().filter(entry -> !tenants(answers).contains(entry)).toList());
  }

  @Test
  @Tag("T10")
  void discardsEntryThatFailsVerificationAndClaimsNext() throws SQLException {
    List<String> ready = ready("car");
    Postgres.execute(
        Postgres.MAINTENANCE, "DROP DATABASE %s WITH (FORCE)".formatted(database(ready.get(0))));
    Postgres.execute(
        Postgres.MAINTENANCE, "ALTER ROLE %s PASSWORD 'another'".formatted(database(ready.get(1))));

    String tenant = create(service, newName()).statusCode(201).extract().path("tenant_id");

    assertThat(tenant).isEqualTo(ready.get(2));
    assertThatItsOwnConnectionLeadsHome(tenant);
    awaitNone(ready.subList(0, 2));
    awaitEntries(READY, 2 * SIZE);
  }

  @Test
  @Tag("T10")
  void keepsEntryOfRefusedClaim() {
    String name = newName();
    create(service, name).statusCode(201);
    awaitEntries(READY, 2 * SIZE);
    List<String> ready = ready("car");

    create(service, name).statusCode(409).body("code", equalTo("TENANT_NAME_TAKEN"));

    assertThat(ready("car")).isEqualTo(ready);
    create(service, newName()).statusCode(201).body("tenant_id", equalTo(ready.getFirst()));
  }

  @Test
  @Tag("T8")
  @Tag("T10")
  void undoesClaimThatCannotBeActivated() {
    List<String> ready = ready("car");
    String name = newName();
    Postgres.execute(
        Postgres.CONTROL,
        "ALTER TABLE control_plane.tenants ADD CONSTRAINT fault CHECK (status <> 'active') NOT VALID");
    try {
      create(service, name).statusCode(500).body("code", equalTo("ACTIVATION_FAILED"));
    } finally {
      Postgres.execute(Postgres.CONTROL, "ALTER TABLE control_plane.tenants DROP CONSTRAINT fault");
    }

    assertThat(Postgres.tenantDatabases()).doesNotContain(database(ready.getFirst()));
    assertThat(Postgres.tenantRoles()).doesNotContain(database(ready.getFirst()));
    create(service, name).statusCode(201).body("tenant_id", equalTo(ready.get(1)));
  }

  /** The database has the mark of a tenant by then, so nothing may drop it. */
  @Test
  @Tag("T8")
  @Tag("T10")
  void completesClaimOfReplicaKilledAfterHandOver() throws Exception {
    String name = newName();
    String entry = ready("car").getFirst();
    try (ServiceProcess doomed = ServiceProcess.start(pool(SIZE));
        ExecutorService client = Executors.newSingleThreadExecutor();
        Connection events = LocalStack.shared().postgres().connect(Postgres.CONTROL)) {
      hold(events, "LOCK TABLE control_plane.outbox IN SHARE MODE");
      client.execute(() -> create(doomed, name));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> Marks.of(database(entry)).startsWith("tenantry tenant "));
      doomed.kill();
    }

    await().atMost(Duration.ofSeconds(60)).until(() -> active(name), contains(entry));
    assertThatItsOwnConnectionLeadsHome(entry);
    assertThatNothingIsAnOrphan();
  }

  @Test
  @Tag("T8")
  @Tag("T10")
  @Tag("T15")
  void undoesClaimOfReplicaKilledBeforeHandOver() throws Exception {
    String name = newName();
    String entry = ready("car").getFirst();
    try (ServiceProcess doomed = ServiceProcess.start(pool(SIZE));
        ExecutorService client = Executors.newSingleThreadExecutor()) {
      auth.behave(Behaviour.HANG);
      client.execute(() -> create(doomed, name, "auth"));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  Postgres.value(
                      Postgres.CONTROL,
                      "SELECT count(*) FROM control_plane.tenants WHERE status = 'provisioning'"),
              equalTo("1"));
      doomed.kill();
    } finally {
      auth.behave(Behaviour.SUCCEED);
    }

    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !Postgres.tenantDatabases().contains(database(entry)));
    create(service, name).statusCode(201);
    assertThatNothingIsAnOrphan();
  }

  /** Another control plane of the same installation, restored from a backup, claimed it, too. */
  @Test
  @Tag("T10")
  @Tag("P13")
  void keepsDatabaseThatBecomesATenantsDuringClaim() throws Exception {
    String entry = ready("car").getFirst();
    try (ExecutorService client = Executors.newSingleThreadExecutor();
        Connection other = LocalStack.shared().postgres().connect("tenantry_catalog")) {
      hold(
          other,
          "SELECT pg_advisory_xact_lock(hashtextextended('DATABASE %s', 0))"
              .formatted(database(entry)));
      Future<ValidatableResponse> answer = client.submit(() -> create(service, newName()));
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  Postgres.column(
                          Postgres.MAINTENANCE,
                          "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'")
                      .size(),
              equalTo(1));
      Marks.change(database(entry), "pool", "tenant");
      other.commit();

      answer
          .get()
          .body("code", equalTo("IDENTITY_MISMATCH"))
          .body("detail", containsString("the name stays reserved"));
    }

    assertThat(Marks.of(database(entry))).startsWith("tenantry tenant ");
    // What the test has pretended to be has no details in the catalog, so nothing adopts it.
    Marks.change(database(entry), "tenant", "pool");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !Postgres.tenantDatabases().contains(database(entry)));
  }

  private static List<String> active(String name) {
    return asAdmin(service)
        .queryParam("name_prefix", name)
        .queryParam("status", "active")
        .get(TENANTS)
        .path("items.tenant_id");
  }

  private static void assertThatNothingIsAnOrphan() {
    asAdmin(service).get("/api/v1/orphans").then().statusCode(200).body("items", empty());
  }

  @Test
  @Tag("T10")
  void rebuildsPoolForNewBlueprintVersion() {
    List<String> old = ready("car");
    Map<String, String> files =
        new TreeMap<>(
            asAdmin(service).get("/api/v1/blueprints/car").<Map<String, String>>path("files"));
    String former = asAdmin(service).get("/api/v1/blueprints/car").path("version");
    try {
      files.put("migrations/V99__more.sql", "CREATE TABLE more (id int)");
      String version = put(files).statusCode(201).extract().path("version");

      awaitNone(old);
      awaitEntries(READY, 2 * SIZE);
      List<String> ready = ready("car");
      create(service, newName())
          .statusCode(201)
          .body("blueprint_version", equalTo(version))
          .body("tenant_id", equalTo(ready.getFirst()));
    } finally {
      files.remove("migrations/V99__more.sql");
      put(files).statusCode(200).body("version", equalTo(former));
    }
  }

  @Test
  @Tag("F6")
  void givesEachEntryOwnData() {
    List<String> old = ready("car");
    Map<String, String> files =
        new TreeMap<>(
            asAdmin(service).get("/api/v1/blueprints/car").<Map<String, String>>path("files"));
    try {
      files.put(
          "migrations/V99__own.sql",
          "CREATE TABLE own (id uuid); INSERT INTO own VALUES (gen_random_uuid());");
      put(files).statusCode(201);

      awaitNone(old);
      awaitEntries(READY, 2 * SIZE);
      assertThat(ready("car"))
          .hasSize(SIZE)
          .extracting(id -> Postgres.value("car_" + id.replace('-', '_'), "SELECT id FROM own"))
          .doesNotHaveDuplicates();
    } finally {
      files.remove("migrations/V99__own.sql");
      put(files).statusCode(200);
    }
  }

  @Test
  @Tag("T10")
  void poolsSchemas() throws SQLException {
    String ready = ready("acquiring").getFirst();

    asAdmin(service)
        .body(
            "{\"name\":\"%s\",\"environment\":\"production\",\"blueprint\":\"acquiring\"}"
                .formatted(newName()))
        .post(TENANTS)
        .then()
        .statusCode(201)
        .body("tenant_id", equalTo(ready))
        .body("database.name", equalTo("tenantry_shared"));

    try (Connection own = Postgres.connect(connectionString(ready), "tenantry_shared")) {
      assertThat(Postgres.column(own, "SELECT current_schema()"))
          .containsExactly("acq_" + ready.replace('-', '_'));
    }
  }

  @Test
  @Tag("T8")
  void reaperKeepsPoolTemplatesAndForeignObjects() {
    Postgres.execute(Postgres.MAINTENANCE, "CREATE DATABASE tpl_stranger");
    Postgres.execute("tenantry_shared", "CREATE SCHEMA acq_stranger");
    try {
      List<String> before =
          Postgres.column(Postgres.MAINTENANCE, "SELECT datname FROM pg_database");
      List<String> schemas = Postgres.column("tenantry_shared", "SELECT nspname FROM pg_namespace");

      asAdmin(service).post("/api/v1/orphans/reap").then().statusCode(200).body("items", empty());

      assertThat(Postgres.column(Postgres.MAINTENANCE, "SELECT datname FROM pg_database"))
          .containsExactlyInAnyOrderElementsOf(before);
      assertThat(Postgres.column("tenantry_shared", "SELECT nspname FROM pg_namespace"))
          .containsExactlyInAnyOrderElementsOf(schemas);
    } finally {
      Postgres.execute(Postgres.MAINTENANCE, "DROP DATABASE tpl_stranger");
      Postgres.execute("tenantry_shared", "DROP SCHEMA acq_stranger");
    }
  }

  @Test
  @Tag("F2")
  @Tag("P13")
  void neverClaimsEntryMarkedAsTenant() throws SQLException {
    String owner = create(service, newName()).statusCode(201).extract().path("tenant_id");
    try (Connection own = Postgres.connect(connectionString(owner), database(owner));
        Statement statement = own.createStatement()) {
      statement.execute("INSERT INTO settings (key, value) VALUES ('mine', '1')");
    }
    putBackIntoThePool(owner);

    String other = create(service, newName()).statusCode(201).extract().path("tenant_id");

    assertThat(other).isNotEqualTo(owner);
    await().until(() -> !Postgres.column(Postgres.CONTROL, ALL).contains(owner));
    try (Connection own = Postgres.connect(connectionString(owner), database(owner))) {
      assertThat(Postgres.column(own, "SELECT key FROM settings")).contains("mine");
    }
  }

  @Test
  @Tag("F2")
  @Tag("P13")
  void keepsATenantsDatabaseWhoseStaleEntryCannotLogIn() throws SQLException {
    String owner = create(service, newName()).statusCode(201).extract().path("tenant_id");
    putBackIntoThePool(owner);
    asAdmin(service)
        .body("{\"overlap_seconds\": 0}")
        .post(TENANTS + "/" + owner + "/credentials/rotate")
        .then()
        .statusCode(200);

    create(service, newName()).statusCode(201);

    await().until(() -> !Postgres.column(Postgres.CONTROL, ALL).contains(owner));
    assertThat(Postgres.tenantDatabases()).contains(database(owner));
    Postgres.connect(connectionString(owner), database(owner)).close();
  }

  /** As a control database has it that was restored from before the claim. */
  private static void putBackIntoThePool(String tenant) {
    Postgres.execute(
        Postgres.CONTROL,
        """
        INSERT INTO control_plane.pool_entries
          (tenant_id, blueprint, blueprint_version, cluster, database_name, role_name, status,
           connection_string_encrypted, encryption_key_id, created_at)
        SELECT tenant_id, blueprint, blueprint_version, cluster, database_name, role_name, 'ready',
          connection_string_encrypted, encryption_key_id, now() - interval '1 day'
        FROM control_plane.tenant_databases
        JOIN control_plane.tenants USING (tenant_id)
        WHERE tenant_id = '%s'
        """
            .formatted(tenant));
  }

  @Test
  @Tag("T10")
  void twoReplicasDoNotOverfillThePool() throws Exception {
    try (ServiceProcess second = ServiceProcess.start(pool(SIZE))) {
      PoolWatch watch = new PoolWatch();

      List<Response> answers = createAtOnce(MANY, 10, List.of(service, second));

      assertThat(answers).extracting(Response::statusCode).containsOnly(201);
      assertThat(tenants(answers)).hasSize(MANY);
      awaitEntries(READY, 2 * SIZE);
      assertThat(watch.most()).isEqualTo(SIZE);
    }
  }

  @Test
  @Tag("T10")
  void losesNothingOfPoolWhenReplicaIsKilled() throws Exception {
    String name = newName();
    List<String> ready;
    List<String> building;
    try (ServiceProcess doomed = ServiceProcess.start(pool(SIZE));
        ExecutorService client = Executors.newSingleThreadExecutor();
        Connection databases = LocalStack.shared().postgres().connect(Postgres.MAINTENANCE);
        Connection names = LocalStack.shared().postgres().connect(Postgres.CONTROL)) {
      // What a replica does with a cluster for the first time must not wait for the locks.
      create(doomed, newName()).statusCode(201);
      awaitEntries(READY, 2 * SIZE);
      awaitEntries(ALL, 2 * SIZE);
      ready = ready("car");
      // Entries wait for the creation of their database, and a claim for its name.
      hold(databases, "LOCK TABLE pg_database IN SHARE MODE");
      for (int i = 0; i < 4; i++) {
        create(service, newName()).statusCode(201);
      }
      building = awaitBuildingByTwoReplicas();
      hold(
          names,
          """
          INSERT INTO control_plane.tenants
            (tenant_id, name, environment, status, blueprint, blueprint_version, region)
          VALUES (gen_random_uuid(), '%s', 'production', 'active', 'car', '', 'us-east-1')
          """
              .formatted(name));
      client.execute(() -> create(doomed, name));
      awaitSomebodyWaitingForATransaction();
      doomed.kill();
    }

    awaitEntries(READY, 2 * SIZE);
    awaitEntries(ALL, 2 * SIZE);
    List<String> now = ready("car");
    assertThat(now).containsAll(ready.subList(4, SIZE));
    List<String> lost = building.stream().filter(entry -> !now.contains(entry)).toList();
    assertThat(lost).isNotEmpty();
    for (String entry : lost) {
      assertThat(Postgres.tenantDatabases()).doesNotContain(database(entry));
      assertThat(Postgres.tenantRoles()).doesNotContain(database(entry));
    }
    create(service, name).statusCode(201);
  }

  private static void hold(Connection gate, String sql) throws SQLException {
    gate.setAutoCommit(false);
    try (Statement statement = gate.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void awaitSomebodyWaitingForATransaction() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                !Postgres.column(
                        Postgres.CONTROL,
                        "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
                    .isEmpty());
  }

  private static List<String> awaitBuildingByTwoReplicas() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                Postgres.value(
                    Postgres.CONTROL,
                    """
                    SELECT count(DISTINCT lease_owner)
                    FROM control_plane.pool_entries
                    WHERE status = 'building'
                    """),
            equalTo("2"));
    return Postgres.column(
        Postgres.CONTROL,
        "SELECT tenant_id FROM control_plane.pool_entries WHERE status = 'building'");
  }

  private static List<String> ready(String blueprint) {
    return Postgres.column(
        Postgres.CONTROL,
        """
        SELECT tenant_id
        FROM control_plane.pool_entries
        WHERE status = 'ready' AND blueprint = ?
        ORDER BY tenant_id
        """,
        blueprint);
  }

  private static void awaitNone(List<String> entries) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Postgres.column(Postgres.CONTROL, ALL).stream().noneMatch(entries::contains));
  }

  private static double claims(String outcome) {
    Matcher count =
        Pattern.compile("tenantry_pool_claims_total\\{outcome=\"%s\"} (\\S+)".formatted(outcome))
            .matcher(metrics(service));
    return count.find() ? Double.parseDouble(count.group(1)) : 0;
  }

  /** Notes how many entries there were at most, by triggers: looking now and then would miss it. */
  private static final class PoolWatch {

    PoolWatch() {
      Postgres.execute(
          Postgres.CONTROL,
          """
          CREATE TABLE public.pool_watch (entries integer);
          CREATE FUNCTION public.watch_pool() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
          BEGIN
            INSERT INTO public.pool_watch
            SELECT count(*)
            FROM control_plane.pool_entries
            WHERE status IN ('building', 'ready')
            GROUP BY blueprint, blueprint_version;
            RETURN NULL;
          END $$;
          CREATE TRIGGER watch AFTER INSERT ON control_plane.pool_entries
            FOR EACH STATEMENT EXECUTE FUNCTION public.watch_pool();
          """);
    }

    int most() {
      String most = Postgres.value(Postgres.CONTROL, "SELECT max(entries) FROM public.pool_watch");
      Postgres.execute(
          Postgres.CONTROL,
          """
          DROP TRIGGER watch ON control_plane.pool_entries;
          DROP FUNCTION public.watch_pool();
          DROP TABLE public.pool_watch;
          """);
      return Integer.parseInt(most);
    }
  }

  private static void awaitEntries(String query, int number) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Postgres.column(Postgres.CONTROL, query).size() == number);
  }

  private static List<Response> createAtOnce(
      int number, int concurrency, List<ServiceProcess> replicas) throws Exception {
    try (ExecutorService clients = Executors.newFixedThreadPool(concurrency)) {
      List<Future<Response>> running = new ArrayList<>();
      for (int n = 0; n < number; n++) {
        ServiceProcess replica = replicas.get(n % replicas.size());
        running.add(clients.submit(() -> asAdmin(replica).body(body(newName())).post(TENANTS)));
      }
      List<Response> answers = new ArrayList<>();
      for (Future<Response> answer : running) {
        answers.add(answer.get());
      }
      return answers;
    }
  }

  private static Set<String> tenants(List<Response> answers) {
    Set<String> tenants = new HashSet<>();
    answers.forEach(answer -> tenants.add(answer.path("tenant_id")));
    return tenants;
  }

  private static ValidatableResponse create(ServiceProcess service, String name) {
    return asAdmin(service).body(body(name)).post(TENANTS).then();
  }

  private static ValidatableResponse create(ServiceProcess service, String name, String... types) {
    return asAdmin(service)
        .body(Map.of("name", name, "environment", "production", "services", List.of(types)))
        .post(TENANTS)
        .then();
  }

  private static ValidatableResponse put(Map<String, String> files) {
    return asAdmin(service).body(Map.of("files", files)).put("/api/v1/blueprints/car").then();
  }

  private static void assertThatItWasProvisionedBy(String tenant, String... steps) {
    asAdmin(service)
        .get(TENANTS + "/" + tenant)
        .then()
        .body("provisioning.step", contains(steps))
        .body("provisioning.status", everyItem(equalTo("completed")));
  }

  private static void assertThatItsOwnConnectionLeadsHome(String tenant) throws SQLException {
    try (Connection own = Postgres.connect(connectionString(tenant), database(tenant))) {
      assertThat(Postgres.column(own, "SELECT count(*) FROM settings")).containsExactly("0");
    }
  }

  private static String connectionString(String tenant) {
    return TenantConnections.of(
        UUID.fromString(tenant), LocalStack.shared().environment().get("ENCRYPTION_KEY"));
  }

  private static String metrics(ServiceProcess service) {
    return asAdmin(service).get("/q/metrics").asString();
  }

  private static String database(String tenant) {
    return "car_" + tenant.replace('-', '_');
  }
}
