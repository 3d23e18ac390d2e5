package io.tenantry.benchmarks;

import static io.tenantry.benchmarks.Statistics.median;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What work on all tenants of one cluster costs with a quarter, half and all of its databases:
 * creation, claims, campaigns, a night's backups, drift checks, searches for orphans and missing
 * data, and the sampling of usage. None may grow faster than the fleet.
 */
final class DatabasesScale {

  private static final String BLUEPRINT = "scale";
  private static final String EACH_GOAL = "at most 1.25";
  private static final int POOL_SIZE = 20;
  private static final int CREATION_PARALLELISM = 8;
  private static final int CAMPAIGN_PARALLELISM = 8;

  /** What is short is repeated, and the median counts. */
  private static final int MAX_REPETITIONS = 3;

  private static final Duration LONG = Duration.ofSeconds(15);
  private static final Duration SAMPLING_LIMIT = Duration.ofMinutes(15);

  /** Longer than the sampler waits between two rounds. */
  private static final Duration SAMPLED = Duration.ofSeconds(15);

  /** A little more than what backup-service waits after a version became the current one. */
  private static final Duration SETTLING = Duration.ofMillis(3500);

  /** In the first minutes of an hour few measurements are due. */
  private static final int SAMPLING_FROM_MINUTE = 12;

  private static final int SAMPLING_TO_MINUTE = 55;

  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*\"([0-9a-f-]{36})\"");

  private static final String TABLES =
      "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);"
          + " CREATE INDEX ON orders (name); CREATE TABLE notes (id bigint PRIMARY KEY, body text)";

  private final Scale.Run run;
  private final int databases;
  private final Queries queries;
  private final Map<String, List<Figure>> figures = new LinkedHashMap<>();
  private int version = 1;

  DatabasesScale(Scale.Run run, int databases) {
    this.run = run;
    this.databases = databases;
    this.queries = new Queries(run.stack());
  }

  /**
   * One measurement.
   *
   * @param tenants the number of databases
   * @param handled the tenants that were worked on
   * @param megabytes the service's maximum resident set size
   */
  private record Figure(
      int tenants, double handled, ClusterWatch.Cost cost, double seconds, long megabytes) {}

  void measure() throws Exception {
    Map<String, String> settings =
        Map.of(
            "POOL_SIZE", Integer.toString(POOL_SIZE),
            "TENANTRY_CLUSTER_CAPACITY", "1000000",
            "REAPER_INTERVAL", "24h",
            "USAGE_SAMPLING", "false",
            "ACCESS_LOG", "false",
            "JAVA_TOOL_OPTIONS", "-Xmx512m");
    try (Service tenants = Service.start(run.project(), "tenant-service", run.stack(), settings);
        Service backups =
            Service.start(
                run.project(),
                "backup-service",
                run.stack(),
                Map.of(
                    "TENANT_BACKUP_PATH",
                    run.store(),
                    "ACCESS_LOG",
                    "false",
                    "JAVA_TOOL_OPTIONS",
                    "-Xmx512m"))) {
      publish(tenants);
      // The first stage warms the services up and is not counted.
      stage(tenants, backups, Math.max(databases / 8, 1));
      figures.clear();
      for (int part = 4; part >= 1; part /= 2) {
        stage(tenants, backups, databases / part);
      }
    }
    report();
  }

  private void stage(Service tenants, Service backups, int count) throws Exception {
    run.print(count + " databases");
    int created = count - live();
    TenantPosts fleet = new TenantPosts(tenants, BLUEPRINT);
    once(
        "creation, 8 at once",
        tenants,
        count,
        created,
        () -> Load.run(created, CREATION_PARALLELISM, worker -> fleet.provision()));
    single("creation, 1 at once", tenants, count, BLUEPRINT);
    single("claim, 1 at once", tenants, count, "car");
    awaitSchedules(count);
    repeatedly("search for orphans", tenants, count, () -> get(tenants, "/api/v1/orphans"));
    repeatedly(
        "search for missing data", tenants, count, () -> get(tenants, "/api/v1/orphans/missing"));
    sample(count);
    repeatedly("drift check", backups, count, () -> checkDrift(backups));
    repeatedly("campaign", backups, count, () -> prepareMigration(tenants), () -> migrate(backups));
    repeatedly("a night's backups", backups, count, () -> backUp(count));
  }

  private int live() throws SQLException {
    return (int)
        queries.number(
            "SELECT count(*) FROM control_plane.tenants WHERE status = 'active' AND blueprint = '%s'"
                .formatted(BLUEPRINT));
  }

  private double once(
      String what, Service service, int tenants, double handled, Statistics.Work work)
      throws Exception {
    service.forgetLargestResidentSize();
    ClusterWatch.Cost cost = ClusterWatch.during(queries, work);
    add(what, new Figure(tenants, handled, cost, cost.seconds(), memory(service)));
    return cost.seconds();
  }

  private void add(String what, Figure figure) {
    figures.computeIfAbsent(what, key -> new ArrayList<>()).add(figure);
    run.print(
        String.format(
            Locale.ROOT,
            "  %-26s %8.2f s for %.0f, %d sessions, %d MB",
            what,
            figure.seconds(),
            figure.handled(),
            figure.cost().tenantSessions(),
            figure.megabytes()));
  }

  private static long memory(Service service) {
    return service.largestResidentMegabytes().orElse(0L);
  }

  private void repeatedly(String what, Service service, int tenants, Statistics.Work work)
      throws Exception {
    repeatedly(what, service, tenants, () -> {}, work);
  }

  /**
   * Measures work until it was repeated or took long.
   *
   * @param before what each repetition needs; it is not measured
   */
  private void repeatedly(
      String what, Service service, int tenants, Statistics.Work before, Statistics.Work work)
      throws Exception {
    double seconds = 0;
    for (int n = 0; n < MAX_REPETITIONS && seconds < LONG.toSeconds(); n++) {
      before.run();
      seconds += once(what, service, tenants, tenants, work);
    }
  }

  /** Creates tenants one after the other, and deletes them again. */
  private void single(String what, Service service, int tenants, String blueprint)
      throws Exception {
    new Pool(run.stack(), POOL_SIZE).awaitFull();
    TenantPosts posts = new TenantPosts(service, blueprint);
    once(
        what,
        service,
        tenants,
        POOL_SIZE,
        () -> Load.run(POOL_SIZE, 1, worker -> posts.provision()));
    posts.clear();
    new Pool(run.stack(), POOL_SIZE).awaitFull();
  }

  private static void get(Service service, String path) throws IOException, InterruptedException {
    require(service.send("GET", path, ""), 200);
  }

  private static HttpResponse<String> require(HttpResponse<String> response, int status) {
    if (response.statusCode() != status) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return response;
  }

  private static String id(HttpResponse<String> response, int status) {
    Matcher matcher = ID.matcher(require(response, status).body());
    if (!matcher.find()) {
      throw new IllegalStateException("no id in " + response.body());
    }
    return matcher.group(1);
  }

  /** Publishes the next version of the blueprint, which has one migration more. */
  private void publish(Service tenants) throws IOException, InterruptedException {
    StringBuilder files = new StringBuilder();
    files.append(
        "\"blueprint.yaml\":\"name: %1$s\\nisolation: database\\nnaming: %1$s_{tenant_id}\\n\",\"migrations/V1__tables.sql\":\"%2$s\""
            .formatted(BLUEPRINT, TABLES));
    for (int v = 2; v <= version; v++) {
      files.append(
          ",\"migrations/V%1$d__more.sql\":\"ALTER TABLE notes ADD COLUMN c%1$d text\""
              .formatted(v));
    }
    version++;
    require(
        tenants.send("PUT", "/api/v1/blueprints/" + BLUEPRINT, "{\"files\":{" + files + "}}"), 201);
  }

  private void prepareMigration(Service tenants) throws Exception {
    publish(tenants);
    Thread.sleep(SETTLING);
  }

  private void migrate(Service backups) throws Exception {
    String campaign =
        id(
            backups.send(
                "POST",
                "/api/v1/campaigns",
                "{\"blueprint\":\"%s\",\"canary\":0,\"wave_size\":10000,\"parallelism\":%d}"
                    .formatted(BLUEPRINT, CAMPAIGN_PARALLELISM)),
            202);
    await("SELECT status FROM backup.campaigns WHERE campaign_id = '%s'".formatted(campaign));
  }

  private void checkDrift(Service backups) throws Exception {
    String job =
        id(
            backups.send(
                "POST",
                "/api/v1/migrations/drift-checks",
                "{\"blueprint\":\"%s\"}".formatted(BLUEPRINT)),
            202);
    await("SELECT status FROM backup.jobs WHERE job_id = '%s'".formatted(job));
  }

  /** Polls the control database, so that polling does not load the service. */
  private void await(String query) throws SQLException, InterruptedException {
    String status = queries.text(query);
    while (!status.equals("completed")) {
      if (status.equals("failed") || status.equals("halted")) {
        throw new IllegalStateException(status + ": see benchmarks/target/backup-service.log");
      }
      Thread.sleep(50);
      status = queries.text(query);
    }
  }

  private void awaitSchedules(int count) throws SQLException, InterruptedException {
    while (queries.number(
            "SELECT count(*) FROM backup.schedules JOIN control_plane.tenants USING (tenant_id) WHERE blueprint = '%s' AND status = 'active'"
                .formatted(BLUEPRINT))
        < count) {
      Thread.sleep(100);
    }
  }

  /** Lets all schedules fire now, as at the time of their cron expression without a spread. */
  private void backUp(int count) throws SQLException, InterruptedException {
    long last = queries.number("SELECT coalesce(max(position), 0) FROM backup.backups");
    queries.execute(
        """
        UPDATE backup.scheduled_tasks
        SET execution_time = now()
        WHERE task_name = 'scheduled_backup'
          AND NOT picked
          AND task_instance IN (
            SELECT tenant_id::text FROM control_plane.tenants WHERE blueprint = '%s' AND status = 'active'
          )
        """
            .formatted(BLUEPRINT));
    String ended = "SELECT count(*) FROM backup.backups WHERE position > %d AND status = '%s'";
    while (queries.number(ended.formatted(last, "completed")) < count) {
      if (queries.number(ended.formatted(last, "failed")) > 0) {
        throw new IllegalStateException(
            "a backup failed: see benchmarks/target/backup-service.log");
      }
      Thread.sleep(100);
    }
  }

  /**
   * Starts a replica that samples usage, and waits until it has measured what is due: a part of the
   * fleet, as measurements are spread over the hour.
   */
  private void sample(int count) throws Exception {
    awaitMiddleOfHour();
    queries.execute(
        "TRUNCATE control_plane.usage_hourly, control_plane.usage_counters",
        "UPDATE control_plane.usage_sampler SET holder = NULL, lease_expires_at = NULL");
    try (Service sampler =
        Service.start(
            run.project(),
            "tenant-service",
            "tenant-service-sampler",
            run.stack(),
            Map.of(
                "POOL_SIZE", Integer.toString(POOL_SIZE),
                "REAPER_INTERVAL", "24h",
                "TENANTRY_USAGE_POLL_INTERVAL", "5s",
                "ACCESS_LOG", "false",
                "JAVA_TOOL_OPTIONS", "-Xmx512m"))) {
      ClusterWatch.Cost cost = ClusterWatch.during(queries, this::awaitSampled);
      add(
          "sampling of usage",
          new Figure(count, measured(), cost, cost.samplerSeconds(), memory(sampler)));
    }
  }

  private static void awaitMiddleOfHour() throws InterruptedException {
    while (LocalTime.now(ZoneOffset.UTC).getMinute() < SAMPLING_FROM_MINUTE
        || LocalTime.now(ZoneOffset.UTC).getMinute() > SAMPLING_TO_MINUTE) {
      Thread.sleep(Duration.ofSeconds(5));
    }
  }

  private void awaitSampled() throws SQLException, InterruptedException {
    long end = System.nanoTime() + SAMPLING_LIMIT.toNanos();
    long before = 0;
    long since = System.nanoTime();
    while (before == 0 || System.nanoTime() - since < SAMPLED.toNanos()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("the sampler measured nothing");
      }
      Thread.sleep(200);
      long now = measured();
      since = now == before ? since : System.nanoTime();
      before = now;
    }
  }

  private long measured() throws SQLException {
    return queries.number(
        "SELECT count(*) FROM control_plane.usage_hourly WHERE storage_bytes IS NOT NULL");
  }

  private void report() throws SQLException {
    run.print(
        String.format(
            Locale.ROOT,
            "%-26s %9s %9s %9s %9s %9s %9s %9s",
            "",
            "databases",
            "s",
            "ms each",
            "sessions",
            "control",
            "MB",
            "WAL KB each"));
    figures.forEach(this::report);
    run.print(
        "bytes of a new database: "
            + queries.text(
                "SELECT avg(pg_database_size(datname))::bigint FROM pg_database WHERE datname LIKE 'scale\\_%'"));
  }

  private void report(String what, List<Figure> measured) {
    List<Growth.Point> times = new ArrayList<>();
    List<Growth.Point> memory = new ArrayList<>();
    List<Growth.Point> sessions = new ArrayList<>();
    for (int tenants : measured.stream().map(Figure::tenants).distinct().toList()) {
      List<Figure> same = measured.stream().filter(one -> one.tenants() == tenants).toList();
      double each = medianOf(same, one -> one.seconds() / one.handled());
      double sessionsPeak = Math.max(1, medianOf(same, one -> one.cost().tenantSessions()));
      double megabytes = medianOf(same, Figure::megabytes);
      times.add(new Growth.Point(tenants, each * tenants));
      sessions.add(new Growth.Point(tenants, sessionsPeak));
      memory.add(new Growth.Point(tenants, megabytes));
      run.print(
          String.format(
              Locale.ROOT,
              "%-26s %9d %9.2f %9.2f %9.0f %9.0f %9.0f %9.0f",
              what,
              tenants,
              medianOf(same, Figure::seconds),
              each * 1000,
              sessionsPeak,
              medianOf(same, one -> one.cost().controlSessions()),
              megabytes,
              medianOf(same, one -> one.cost().walBytes() / one.handled() / 1024)));
    }
    Growth time = new Growth(times);
    run.print(
        String.format(
            Locale.ROOT,
            "%-26s exponents: time %.2f, sessions %.2f, memory %.2f",
            "",
            time.exponent(),
            new Growth(sessions).exponent(),
            new Growth(memory).exponent()));
    run.results()
        .add(
            "databases: " + what + ", each of " + databases,
            "ms",
            time.last().each() * 1000,
            "of " + time.first().tenants(),
            time.first().each() * 1000,
            time.eachRatio(),
            EACH_GOAL);
  }

  private static double medianOf(List<Figure> figures, ToDoubleFunction<Figure> value) {
    return median(figures.stream().mapToDouble(value).boxed().toList());
  }
}
