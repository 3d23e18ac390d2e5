package io.tenantry.benchmarks;

import static io.tenantry.benchmarks.Statistics.measureSeconds;
import static io.tenantry.benchmarks.Statistics.median;
import static io.tenantry.benchmarks.Statistics.ratio;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Compares a campaign over many tenants, with one pending migration and with none, with a loop over
 * Flyway's Java API and with plain JDBC and the same SQL, all with the same parallelism,
 * alternating in the same run.
 */
final class Migrate {

  private static final int ROUNDS = 3;
  private static final int PARALLEL = 8;
  private static final int FLEET = 10_000;

  /**
   * A little more than the time that backup-service waits after a version became the current one.
   */
  private static final long SETTLING_MS = 3_500;

  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"");
  private static final Pattern VERSION = Pattern.compile("\"version\"\\s*:\\s*\"([0-9a-f]{12})\"");
  private static final Pattern DATABASE =
      Pattern.compile("\"name\"\\s*:\\s*\"(bench_[0-9a-f_]+)\"");

  private final LocalStack stack;
  private final Service tenants;
  private final Service backups;
  private final Path folder;
  private final Map<String, String> files = new TreeMap<>();
  private int newest = 1;

  private static final double FLEET_GOAL_SECONDS = 5;

  private final Results results = new Results("migrate");

  private Migrate(LocalStack stack, Service tenants, Service backups, Path folder) {
    this.stack = stack;
    this.tenants = tenants;
    this.backups = backups;
    this.folder = folder;
    files.put("blueprint.yaml", "name: bench\nisolation: database\nnaming: bench_{tenant_id}\n");
    StringBuilder tables = new StringBuilder();
    for (int i = 1; i <= 10; i++) {
      tables.append(
          "CREATE TABLE t%1$d (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, at timestamptz); CREATE INDEX ON t%1$d (name);%n"
              .formatted(i));
    }
    files.put("migrations/V1__tables.sql", tables.toString());
  }

  /**
   * Runs the benchmark.
   *
   * @param arguments the project's directory and the number of tenants
   */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    int count = Integer.parseInt(arguments[1]);
    // A new directory: Flyway would apply an earlier run's files as pending migrations.
    Path folder =
        Files.createTempDirectory(
            Files.createDirectories(project.resolve("benchmarks/target")), "migrations");
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    Path report = project.resolve("benchmarks/target/migrate.txt");
    try (LocalStack stack = LocalStack.start(options);
        Service tenants = Service.start(project, "tenant-service", stack);
        Service backups =
            Service.start(
                project,
                "backup-service",
                stack,
                Map.of(
                    "TENANT_BACKUP_PATH",
                    project.resolve("benchmarks/target/migrate-store").toString()));
        PrintStream out =
            new PrintStream(Files.newOutputStream(report), false, StandardCharsets.UTF_8)) {
      Migrate benchmark = new Migrate(stack, tenants, backups, folder);
      benchmark.measure(count, out);
      benchmark.results.write(project);
    }
    System.out.print(Files.readString(report));
  }

  private void measure(int count, PrintStream out) throws Exception {
    publish();
    List<String> databases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      databases.add(provision("bench-" + i));
    }
    measureOnePending(databases, out);
    measureNonePending(databases, out);
    out.printf("maximum resident set size of the service: %s%n", backups.largestResidentSize());
  }

  private void measureOnePending(List<String> databases, PrintStream out) throws Exception {
    List<Double> service = new ArrayList<>();
    List<Double> flyway = new ArrayList<>();
    List<Double> jdbc = new ArrayList<>();
    // The first round is a warm-up and is not counted.
    for (int round = 0; round <= ROUNDS; round++) {
      addMigration();
      publish();
      Thread.sleep(SETTLING_MS);
      double campaign = measureSeconds(() -> awaitCampaign(startCampaign()));
      addMigration();
      double loop = measureSeconds(() -> inParallel(databases, this::migrateByFlyway));
      String sql = addMigration();
      MigrationInfo[] all = flyway(databases.getFirst()).info().pending();
      double plain =
          measureSeconds(() -> inParallel(databases, name -> migrateByJdbc(name, sql, all[0])));
      // The next campaign must find consistent versions in the registry.
      String version = publish();
      executeOnControlDatabase(
          "UPDATE control_plane.tenants SET blueprint_version = '%s'".formatted(version));
      if (round > 0) {
        service.add(databases.size() / campaign);
        flyway.add(databases.size() / loop);
        jdbc.add(databases.size() / plain);
      }
    }
    out.printf(
        Locale.ROOT,
        "%d tenants, one pending, %d at once: campaign %.1f/s, Flyway %.1f/s, JDBC %.1f/s; ratio to"
            + " JDBC %.2f, to Flyway %.2f (medians of %d)%n",
        databases.size(),
        PARALLEL,
        median(service),
        median(flyway),
        median(jdbc),
        ratio(service, jdbc),
        ratio(service, flyway),
        ROUNDS);
    String what = databases.size() + " tenants, one pending";
    results.add(
        what,
        "/s",
        median(service),
        "plain JDBC",
        median(jdbc),
        ratio(service, jdbc),
        "at least 0.8");
    results.add(
        what,
        "/s",
        median(service),
        "Flyway's loop",
        median(flyway),
        ratio(service, flyway),
        "at least 4");
  }

  private void measureNonePending(List<String> databases, PrintStream out) throws Exception {
    Thread.sleep(SETTLING_MS);
    List<Double> service = new ArrayList<>();
    List<Double> flyway = new ArrayList<>();
    List<Double> jdbc = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double campaign = measureSeconds(() -> awaitCampaign(startCampaign()));
      double loop = measureSeconds(() -> inParallel(databases, this::migrateByFlyway));
      double plain = measureSeconds(() -> inParallel(databases, this::readByJdbc));
      if (round > 0) {
        service.add(campaign);
        flyway.add(loop);
        jdbc.add(plain);
      }
    }
    out.printf(
        Locale.ROOT,
        "%d tenants, none pending: campaign %.2f s, Flyway %.2f s, JDBC reading the history %.2f"
            + " s%n",
        databases.size(),
        median(service),
        median(flyway),
        median(jdbc));
    results.add(
        databases.size() + " tenants, none pending",
        "s",
        median(service),
        "Flyway's loop",
        median(flyway),
        ratio(service, flyway),
        "");
    executeOnControlDatabase(
        """
        WITH bench AS (
          INSERT INTO control_plane.tenants (tenant_id, name, environment, status, blueprint, blueprint_version, region)
          SELECT gen_random_uuid(), 'more-' || i, 'production', 'active', blueprint, blueprint_version, region
          FROM (SELECT * FROM control_plane.tenants WHERE blueprint = 'bench' LIMIT 1) AS one, generate_series(1, %d) AS i
          RETURNING tenant_id
        )
        SELECT count(*) FROM bench
        """
            .formatted(FLEET - databases.size()));
    List<Double> fleet = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      fleet.add(measureSeconds(() -> awaitCampaign(startCampaign())));
    }
    out.printf(Locale.ROOT, "%d tenants, none pending: campaign %.2f s%n", FLEET, median(fleet));
    results.add(
        FLEET + " tenants, none pending",
        "s",
        median(fleet),
        "the goal",
        FLEET_GOAL_SECONDS,
        median(fleet) / FLEET_GOAL_SECONDS,
        "at most 1");
  }

  /** Adds a migration and returns its SQL. */
  private String addMigration() throws IOException {
    newest++;
    String sql = "ALTER TABLE t%d ADD COLUMN c%d text;".formatted(newest % 10 + 1, newest);
    files.put("migrations/V%d__more.sql".formatted(newest), sql);
    for (Map.Entry<String, String> file : files.entrySet()) {
      if (file.getKey().startsWith("migrations/")) {
        Files.writeString(
            folder.resolve(file.getKey().substring("migrations/".length())), file.getValue());
      }
    }
    return sql;
  }

  private String publish() throws IOException, InterruptedException {
    StringBuilder json = new StringBuilder();
    files.forEach(
        (path, text) ->
            json.append(json.isEmpty() ? "" : ",")
                .append('"')
                .append(path)
                .append("\":\"")
                .append(text.replace("\"", "\\\"").replace("\n", "\\n"))
                .append('"'));
    HttpResponse<String> response =
        tenants.send("PUT", "/api/v1/blueprints/bench", "{\"files\":{" + json + "}}");
    return first(VERSION, require(response, 201).body());
  }

  private String provision(String name) throws IOException, InterruptedException {
    return first(
        DATABASE,
        require(
                tenants.send(
                    "POST",
                    "/api/v1/tenants",
                    "{\"name\": \"%s\", \"environment\": \"production\", \"blueprint\": \"bench\"}"
                        .formatted(name)),
                201)
            .body());
  }

  private String startCampaign() throws IOException, InterruptedException {
    return first(
        ID,
        require(
                backups.send(
                    "POST",
                    "/api/v1/campaigns",
                    "{\"blueprint\": \"bench\", \"canary\": 0, \"wave_size\": 10000, \"parallelism\": %d}"
                        .formatted(PARALLEL)),
                202)
            .body());
  }

  private static HttpResponse<String> require(HttpResponse<String> response, int status) {
    if (response.statusCode() != status) {
      throw new IllegalStateException(response.body());
    }
    return response;
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  /** Polls the control database, so that polling does not load the service. */
  private void awaitCampaign(String id) throws SQLException, InterruptedException {
    try (Connection connection = stack.postgres().connect(stack.variable("CONTROL_DATABASE_NAME"));
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT status, EXISTS (SELECT FROM backup.migrations AS m WHERE m.campaign_id ="
                    + " c.campaign_id AND m.status = 'failed') FROM backup.campaigns AS c WHERE"
                    + " campaign_id = ?::uuid")) {
      query.setString(1, id);
      while (true) {
        try (ResultSet rows = query.executeQuery()) {
          rows.next();
          if (rows.getBoolean(2)) {
            throw new SQLException("a tenant failed; see benchmarks/target/backup-service.log");
          }
          if (rows.getString(1).equals("completed")) {
            return;
          }
        }
        Thread.sleep(10);
      }
    }
  }

  private void executeOnControlDatabase(String sql) throws SQLException {
    try (Connection connection = stack.postgres().connect(stack.variable("CONTROL_DATABASE_NAME"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private PGSimpleDataSource source(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {stack.postgres().host()});
    source.setPortNumbers(new int[] {stack.postgres().port()});
    source.setDatabaseName(database);
    source.setUser(stack.variable("TENANT_CLUSTER_ADMIN_USER"));
    source.setPassword(stack.variable("TENANT_CLUSTER_ADMIN_PASSWORD"));
    return source;
  }

  private Flyway flyway(String database) {
    return Flyway.configure().dataSource(source(database)).locations("filesystem:" + folder).load();
  }

  private void migrateByFlyway(String database) {
    flyway(database).migrate();
  }

  private void migrateByJdbc(String database, String sql, MigrationInfo migration)
      throws SQLException {
    try (Connection connection = source(database).getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement history =
            connection.prepareStatement(
                "INSERT INTO flyway_schema_history SELECT max(installed_rank) + 1, ?, ?, 'SQL', ?,"
                    + " ?, current_user, now(), 0, true FROM flyway_schema_history")) {
      connection.setAutoCommit(false);
      statement.execute(sql);
      history.setString(1, migration.getVersion().getVersion());
      history.setString(2, migration.getDescription());
      history.setString(3, migration.getScript());
      history.setInt(4, migration.getChecksum());
      history.execute();
      connection.commit();
    }
  }

  private void readByJdbc(String database) throws SQLException {
    try (Connection connection = source(database).getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM flyway_schema_history")) {
      while (rows.next()) {
        rows.getString(1);
      }
    }
  }

  @FunctionalInterface
  private interface Task {
    void run(String database) throws SQLException;
  }

  private static void inParallel(List<String> databases, Task task) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(PARALLEL)) {
      List<Future<Boolean>> all =
          databases.stream()
              .map(
                  database ->
                      threads.submit(
                          () -> {
                            task.run(database);
                            return true;
                          }))
              .toList();
      for (Future<Boolean> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
