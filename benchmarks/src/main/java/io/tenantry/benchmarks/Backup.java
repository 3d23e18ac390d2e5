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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the backup of many small tenants, and the backup and restore of a large one, with
 * pg_dump and pg_restore of the same databases, alternating in the same run.
 */
final class Backup {

  private static final int ROUNDS = 3;

  /** After so many rounds of small tenants the JVM's compiler is almost idle. */
  private static final int WARM_UPS = 3;

  private static final int PARALLEL = 3;
  private static final Pattern ID =
      Pattern.compile("\"(?:tenant_id|id)\"\\s*:\\s*\"([0-9a-f-]{36})\"");
  private static final Pattern DATABASE = Pattern.compile("\"name\"\\s*:\\s*\"(car_[0-9a-f_]+)\"");

  private static final String GOAL = "at least 0.9";

  private final LocalStack stack;
  private final Service tenants;
  private final Service backups;
  private final Path work;
  private final Results results = new Results("backup");

  private Backup(LocalStack stack, Service tenants, Service backups, Path work) {
    this.stack = stack;
    this.tenants = tenants;
    this.backups = backups;
    this.work = work;
  }

  private record Tenant(String id, String database) {}

  /**
   * Runs the benchmark.
   *
   * @param arguments the project's directory, the number of small tenants, and the size of the
   *     large one in megabytes
   */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    int small = Integer.parseInt(arguments[1]);
    int megabytes = Integer.parseInt(arguments[2]);
    Path work = Files.createDirectories(project.resolve("benchmarks/target/backup"));
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    try (LocalStack stack = LocalStack.start(options);
        Service tenants = Service.start(project, "tenant-service", stack);
        Service backups =
            Service.start(
                project,
                "backup-service",
                stack,
                Map.of(
                    // A new one: the store of another run belongs to another installation.
                    "TENANT_BACKUP_PATH", Files.createTempDirectory(work, "store").toString(),
                    "TENANT_BACKUP_MAX_PARALLEL", Integer.toString(PARALLEL)));
        PrintStream file =
            new PrintStream(
                Files.newOutputStream(project.resolve("benchmarks/target/backup.txt")),
                false,
                StandardCharsets.UTF_8)) {
      Backup benchmark = new Backup(stack, tenants, backups, work);
      benchmark.measureSmallTenants(small, file);
      benchmark.measureLargeTenant(megabytes, file);
      benchmark.results.write(project);
    }
    System.out.print(Files.readString(project.resolve("benchmarks/target/backup.txt")));
  }

  private void measureSmallTenants(int count, PrintStream out) throws Exception {
    List<Tenant> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(provision("small-" + i));
    }
    List<Double> service = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    for (int round = 0; round < WARM_UPS + ROUNDS; round++) {
      double took = measureSeconds(() -> backUp(all));
      double dumped = measureSeconds(() -> dump(all));
      if (round >= WARM_UPS) {
        service.add(count / took);
        raw.add(count / dumped);
      }
    }
    out.printf(
        Locale.ROOT,
        "%d small tenants, %d at once: service %.1f/s, pg_dump -Fc by xargs %.1f/s, ratio %.2f"
            + " (medians of %d)%n",
        count,
        PARALLEL,
        median(service),
        median(raw),
        ratio(service, raw),
        ROUNDS);
    results.add(
        count + " small tenants",
        "/s",
        median(service),
        "pg_dump",
        median(raw),
        ratio(service, raw),
        GOAL);
  }

  private void measureLargeTenant(int megabytes, PrintStream out) throws Exception {
    Tenant tenant = provision("large");
    try (Connection connection = stack.postgres().connect(tenant.database());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE bulk AS SELECT i, md5(i::text) AS a, repeat(md5((i * 7)::text), 25) AS b FROM generate_series(1, %d) i"
              .formatted(megabytes * 1100));
      statement.execute("ALTER TABLE bulk OWNER TO tenantry_content");
    }
    List<Double> service = new ArrayList<>();
    List<Double> raw = new ArrayList<>();
    List<Double> restores = new ArrayList<>();
    List<Double> rawRestores = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double backup = measureSeconds(() -> backUp(List.of(tenant)));
      double dump = measureSeconds(() -> dump(List.of(tenant)));
      double restore = measureSeconds(() -> restore(tenant));
      double rawRestore = measureSeconds(() -> restoreRaw(tenant));
      if (round > 0) {
        service.add(1 / backup);
        raw.add(1 / dump);
        restores.add(1 / restore);
        rawRestores.add(1 / rawRestore);
      }
    }
    out.printf(
        Locale.ROOT,
        "one tenant of %d MB: backup %.1f s, pg_dump -Fc %.1f s, rate ratio %.2f; restore %.1f s,"
            + " pg_restore %.1f s, rate ratio %.2f (medians of %d)%n",
        megabytes,
        1 / median(service),
        1 / median(raw),
        ratio(service, raw),
        1 / median(restores),
        1 / median(rawRestores),
        ratio(restores, rawRestores),
        ROUNDS);
    out.printf("maximum resident set size of the service: %s%n", backups.largestResidentSize());
    String size = "one of " + megabytes + " MB, ";
    results.add(
        size + "backup",
        "MB/s",
        median(service) * megabytes,
        "pg_dump",
        median(raw) * megabytes,
        ratio(service, raw),
        GOAL);
    results.add(
        size + "restore",
        "MB/s",
        median(restores) * megabytes,
        "pg_restore",
        median(rawRestores) * megabytes,
        ratio(restores, rawRestores),
        GOAL);
  }

  private Tenant provision(String name) throws IOException, InterruptedException {
    HttpResponse<String> response =
        tenants.send(
            "POST",
            "/api/v1/tenants",
            "{\"name\": \"%s\", \"environment\": \"production\"}".formatted(name));
    if (response.statusCode() != 201) {
      throw new IllegalStateException(response.body());
    }
    return new Tenant(first(ID, response.body()), first(DATABASE, response.body()));
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("no " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  private void backUp(List<Tenant> all) throws Exception {
    List<String> jobs = new ArrayList<>();
    for (Tenant tenant : all) {
      HttpResponse<String> response =
          backups.send("POST", "/api/v1/tenants/" + tenant.id() + "/backups", "{}");
      if (response.statusCode() != 202) {
        throw new IllegalStateException(response.body());
      }
      jobs.add(first(ID, response.body()));
    }
    awaitAll(jobs);
  }

  private void restore(Tenant tenant) throws Exception {
    HttpResponse<String> response =
        backups.send("POST", "/api/v1/restores", "{\"tenant_id\": \"%s\"}".formatted(tenant.id()));
    if (response.statusCode() != 202) {
      throw new IllegalStateException(response.body());
    }
    awaitAll(List.of(first(ID, response.body())));
  }

  /** Polls the control database, so that polling does not load the service. */
  private void awaitAll(List<String> jobs) throws Exception {
    String query =
        "SELECT count(*) FILTER (WHERE status = 'failed'), count(*) FILTER (WHERE status ="
            + " 'completed') FROM backup.jobs WHERE job_id IN ('"
            + String.join("', '", jobs)
            + "')";
    try (Connection connection = stack.postgres().connect(stack.variable("CONTROL_DATABASE_NAME"));
        Statement statement = connection.createStatement()) {
      while (true) {
        try (ResultSet rows = statement.executeQuery(query)) {
          rows.next();
          if (rows.getInt(1) > 0) {
            throw new SQLException("a job failed; see benchmarks/target/backup-service.log");
          }
          if (rows.getInt(2) == jobs.size()) {
            return;
          }
        }
        Thread.sleep(20);
      }
    }
  }

  private void dump(List<Tenant> all) throws Exception {
    Path folder = Files.createDirectories(work.resolve("raw"));
    run(
        "printf '%%s\\n' %s | xargs -P %d -I{} %s/pg_dump -Fc -f %s/{} -d {}"
            .formatted(
                String.join(" ", all.stream().map(Tenant::database).toList()),
                PARALLEL,
                stack.postgres().binDirectory(),
                folder));
  }

  private void restoreRaw(Tenant tenant) throws Exception {
    run(
        "bin=%1$s; psql -q -d postgres -c 'DROP DATABASE IF EXISTS raw_restore' -c 'CREATE DATABASE raw_restore TEMPLATE template0' && $bin/pg_restore --exit-on-error -d raw_restore %2$s/raw/%3$s"
            .formatted(stack.postgres().binDirectory(), work, tenant.database()));
  }

  private void run(String script) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script);
    builder
        .environment()
        .putAll(
            Map.of(
                "PGHOST", stack.postgres().host(),
                "PGPORT", Integer.toString(stack.postgres().port()),
                "PGUSER", "postgres",
                "PGPASSWORD", stack.postgres().superuserPassword()));
    if (builder.inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("failed: " + script);
    }
  }
}
