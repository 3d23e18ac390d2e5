package io.tenantry.benchmarks;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Compares requests with 100 tenants in the registry with the same requests with many. Pages have
 * the same number of items in both cases. The few are measured before and after the many, so that a
 * change of the machine's speed shows, and the many are compared with the quicker of both.
 */
final class RegistryScale {

  private static final int FEW = 100;
  private static final double GOAL = 2;

  /** Searches of the services that run once after their start, and would find rows without data. */
  private static final Duration SEARCHES_AT_START = Duration.ofSeconds(45);

  private static final Pattern ID =
      Pattern.compile("\"(?:tenant_id|id)\"\\s*:\\s*\"([0-9a-f-]{36})\"");
  private static final int POOL_SIZE = 25;
  private static final int TIMES = 60;
  private static final int CHANGES = 20;

  /** The first requests of a series are not counted: caches and plans are new. */
  private static final int WARM_UP = 10;

  private final Scale.Run run;
  private final int rows;
  private final Queries queries;
  private final RegistryRows registry;
  private final Map<String, List<Double>> few = new LinkedHashMap<>();
  private final Map<String, Double> many = new LinkedHashMap<>();

  RegistryScale(Scale.Run run, int rows) {
    this.run = run;
    this.rows = rows;
    this.queries = new Queries(run.stack());
    this.registry = new RegistryRows(queries);
  }

  /** A request, or several that a page of the console sends at once. */
  private record Step(String name, Load.Operation operation, int times) {}

  /** The services whose requests are measured. */
  private record Services(Service tenants, Service ingestion, Service backups) {}

  void measure() throws Exception {
    SlowQueries plans = SlowQueries.prepare(queries);
    long started = System.nanoTime();
    try (Service tenants =
            Service.start(
                run.project(),
                "tenant-service",
                run.stack(),
                Map.of(
                    "POOL_SIZE", Integer.toString(POOL_SIZE),
                    "REAPER_INTERVAL", "24h",
                    "TENANTRY_CONVERSION_INTERVAL", "24h",
                    "TENANTRY_RECOVERY_CATALOG_INTERVAL", "24h",
                    "TENANTRY_CLUSTER_CAPACITY", "10000000",
                    "USAGE_SAMPLING", "false",
                    "ACCESS_LOG", "false"));
        Service ingestion =
            Service.start(
                run.project(), "ingestion-service", run.stack(), Map.of("ACCESS_LOG", "false"));
        Service backups =
            Service.start(
                run.project(),
                "backup-service",
                run.stack(),
                Map.of("TENANT_BACKUP_PATH", run.store(), "ACCESS_LOG", "false"))) {
      Services services = new Services(tenants, ingestion, backups);
      String tenant = provision(tenants);
      backUp(backups, tenant);
      warmUp(services, tenant, started);
      registry.add(1, FEW);
      // The first series is not counted: the services are still warming up.
      Map<String, Double> unused = measure(services, tenant, FEW);
      measure(services, tenant, FEW).forEach((name, ms) -> record(name, ms));
      long before = registry.bytes();
      registry.add(FEW + 1, rows);
      long bytesEach = (registry.bytes() - before) / (rows - FEW);
      many.putAll(measure(services, tenant, rows));
      Map<String, String> explained = explain(services, tenant, plans);
      registry.removeAfter(FEW);
      measure(services, tenant, FEW).forEach((name, ms) -> record(name, ms));
      report(bytesEach);
      write(explained);
    }
  }

  private void record(String name, double milliseconds) {
    few.computeIfAbsent(name, key -> new ArrayList<>()).add(milliseconds);
  }

  private static String provision(Service service) throws IOException, InterruptedException {
    HttpResponse<String> response =
        service.send(
            "POST", "/api/v1/tenants", "{\"name\":\"real\",\"environment\":\"production\"}");
    return id(response, 201);
  }

  private static String id(HttpResponse<String> response, int status) {
    Matcher id = ID.matcher(response.body());
    if (response.statusCode() != status || !id.find()) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    return id.group(1);
  }

  /** One real backup, whose record is the model of all others. */
  private void backUp(Service service, String tenant) throws Exception {
    String job = id(service.send("POST", "/api/v1/tenants/" + tenant + "/backups", "{}"), 202);
    HttpResponse<String> answer = service.send("GET", "/api/v1/jobs/" + job + "?wait=60", "");
    if (!answer.body().contains("\"completed\"")) {
      throw new IllegalStateException(answer.body());
    }
  }

  private void warmUp(Services services, String tenant, long started) throws Exception {
    List<Step> steps = steps(services, tenant, tenant, tenant);
    long end = started + SEARCHES_AT_START.toNanos();
    do {
      for (Step step : steps) {
        Measurement unused = Load.run(step.times(), 1, step.operation());
      }
    } while (System.nanoTime() < end);
  }

  private Map<String, Double> measure(Services services, String tenant, int count)
      throws Exception {
    Pool pool = new Pool(run.stack(), POOL_SIZE);
    Map<String, Double> medians = new LinkedHashMap<>();
    for (Step step : steps(services, tenant, registry.id(count / 2), registry.id(count - 1))) {
      Measurement unused = Load.run(WARM_UP, 1, step.operation());
      medians.put(step.name(), Load.run(step.times(), 1, step.operation()).percentile(0.5));
    }
    TenantPosts posts = new TenantPosts(services.tenants());
    pool.awaitFull();
    medians.put(
        "create, from the warm pool",
        Load.run(CHANGES, 1, worker -> posts.provision()).percentile(0.5));
    posts.clear();
    pool.awaitFull();
    return medians;
  }

  /**
   * The requests to measure.
   *
   * @param tenant has a database
   * @param middle a tenant in the middle of the registry
   * @param other a tenant of the registry
   */
  private List<Step> steps(Services services, String tenant, String middle, String other)
      throws Exception {
    Service tenants = services.tenants();
    String list = "/api/v1/tenants?limit=50";
    String filtered = "/api/v1/tenants?limit=10&";
    List<Step> steps = new ArrayList<>();
    add(steps, "list, first page", tenants, list);
    add(steps, "list, after the middle", tenants, "/api/v1/tenants?limit=10&after=" + middle);
    add(steps, "filter: environment", tenants, filtered + "environment=staging");
    add(steps, "filter: status, common", tenants, filtered + "status=active");
    add(steps, "filter: status, rare", tenants, filtered + "status=suspended");
    add(steps, "filter: deleted", tenants, filtered + "status=deleted");
    add(steps, "filter: blueprint, common", tenants, filtered + "blueprint=car");
    add(steps, "filter: blueprint, rare", tenants, filtered + "blueprint=rare");
    add(steps, "filter: name", tenants, filtered + "name=scale-77");
    add(steps, "filter: prefix of the name", tenants, filtered + "name_prefix=scale-7");
    add(steps, "filter: external id", tenants, filtered + "external_id=ours-77");
    add(steps, "sort: name", tenants, list + "&sort=name");
    add(steps, "sort: newest first", tenants, list + "&sort=-created_at");
    add(
        steps,
        "sort: name, with a filter",
        tenants,
        filtered + "sort=name&environment=staging&blueprint=car");
    add(steps, "show one", tenants, "/api/v1/tenants/" + other);
    add(steps, "count", tenants, "/api/v1/tenants/count");
    add(steps, "search for orphans", tenants, "/api/v1/orphans");
    String path = "/api/v1/tenants/" + tenant;
    steps.add(
        new Step(
            "suspend and resume",
            worker -> {
              require(tenants.send("POST", path + "/suspend", ""));
              require(tenants.send("POST", path + "/resume", ""));
            },
            CHANGES));
    List<Load.Operation> overview = new ArrayList<>();
    for (Map.Entry<Service, List<String>> each : overview(services).entrySet()) {
      for (String request : each.getValue()) {
        Load.Operation get = get(each.getKey(), request);
        overview.add(get);
        add(steps, "overview: " + request.replace("/api/v1/", ""), each.getKey(), request);
      }
    }
    steps.add(new Step("console: overview", atOnce(overview), TIMES));
    steps.add(
        new Step(
            "console: tenants",
            atOnce(
                List.of(
                    get(tenants, list),
                    get(tenants, "/api/v1/blueprints"),
                    get(tenants, "/api/v1/clusters"))),
            TIMES));
    return steps;
  }

  /** What the console's overview requests, by service. */
  private static Map<Service, List<String>> overview(Services services) {
    return Map.of(
        services.tenants(),
        List.of(
            "/api/v1/clusters",
            "/api/v1/recovery",
            "/api/v1/jobs?status=failed&limit=100",
            "/api/v1/audit?limit=8"),
        services.backups(),
        List.of(
            "/api/v1/jobs?status=failed&limit=100",
            "/api/v1/migrations/summary",
            "/api/v1/campaigns?limit=20",
            "/api/v1/stores",
            "/api/v1/drills?limit=100",
            "/api/v1/backups?limit=100",
            "/api/v1/schedules/reconciliation?max_age=600"),
        services.ingestion(),
        List.of("/api/v1/dead-letters/count", "/api/v1/topics/verification", "/api/v1/groups"));
  }

  private static void add(List<Step> steps, String name, Service service, String path) {
    steps.add(new Step(name, get(service, path), TIMES));
  }

  private static Load.Operation get(Service service, String path) {
    return worker -> require(service.send("GET", path, ""));
  }

  private static void require(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
  }

  /** All requests at once, until the last one is answered. */
  private static Load.Operation atOnce(List<Load.Operation> requests) {
    return worker -> {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<@Nullable Void>> running = new ArrayList<>();
        for (Load.Operation request : requests) {
          running.add(
              threads.submit(
                  () -> {
                    request.run(worker);
                    return null;
                  }));
        }
        for (Future<@Nullable Void> each : running) {
          each.get();
        }
      }
    };
  }

  /** The plans of the slowest query of each request. */
  private Map<String, String> explain(Services services, String tenant, SlowQueries plans)
      throws Exception {
    Map<String, String> explained = new LinkedHashMap<>();
    for (Step step : steps(services, tenant, registry.id(rows / 2), registry.id(rows - 1))) {
      if (!step.name().startsWith("console")) {
        plans
            .of(() -> Load.run(3, 1, step.operation()))
            .ifPresent(plan -> explained.put(step.name(), plan));
      }
    }
    return explained;
  }

  private void report(long bytesEach) {
    run.print(
        String.format(Locale.ROOT, "medians in ms, %d and %d tenants in the registry", FEW, rows));
    run.print(
        String.format(Locale.ROOT, "%-58s %18s %10s %8s", "", FEW + " (two runs)", rows, "ratio"));
    many.forEach(
        (name, ms) -> {
          List<Double> before = few.getOrDefault(name, List.of());
          double base = Collections.min(before);
          run.print(
              String.format(
                  Locale.ROOT,
                  "%-58s %8.2f %9.2f %10.2f %8.2f%s",
                  name,
                  before.getFirst(),
                  before.getLast(),
                  ms,
                  ms / base,
                  ms / base > GOAL ? " above the goal" : ""));
          run.results()
              .add(
                  "registry: " + name,
                  "ms",
                  ms,
                  FEW + " tenants",
                  base,
                  ms / base,
                  "at most " + (int) GOAL);
        });
    run.print(
        String.format(
            Locale.ROOT,
            "%d bytes of the control database for each tenant (three backups, one migration)",
            bytesEach));
  }

  private void write(Map<String, String> explained) throws IOException {
    Path file = run.project().resolve("benchmarks/target/scale-plans.txt");
    StringBuilder text = new StringBuilder();
    explained.forEach((name, plan) -> text.append("== ").append(name).append('\n').append(plan));
    Files.writeString(file, text);
    run.print("plans of the slowest queries: benchmarks/target/scale-plans.txt");
  }
}
