package io.tenantry.benchmarks;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.io.PrintStream;
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
import java.util.function.ToDoubleFunction;

/**
 * Compares the provisioning of tenants, with or without a warm pool, with the plain creation of a
 * database and a role on the same server, alternating in the same run. The pool is full at the
 * start of a round and is refilled during the measurement.
 */
final class Provision {

  private static final int ROUNDS = 5;

  /** Requests before the measurement, so that the JVM is warmed up as after days of service. */
  private static final int WARM_UP = 900;

  private static final int WARM_UP_ROUND = 60;

  private static final int WARM_UP_REFUSALS = 6000;

  /** Larger than the number of tenants in a round. */
  private static final int POOL_SIZE = 80;

  private Provision() {}

  /** A comparison: the measurements of the service and of the baseline, per round. */
  private record Series(int concurrency, List<Measurement> posts, List<Measurement> raws) {

    double ratio(ToDoubleFunction<Measurement> figure) {
      return Statistics.ratio(figures(posts, figure), figures(raws, figure));
    }

    static double median(List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
      return Statistics.median(figures(measurements, figure));
    }

    private static List<Double> figures(
        List<Measurement> measurements, ToDoubleFunction<Measurement> figure) {
      return measurements.stream().map(figure::applyAsDouble).toList();
    }
  }

  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    boolean pooled = List.of(arguments).contains("--pool");
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    try (LocalStack stack = LocalStack.start(options);
        Service service =
            Service.start(
                project,
                "tenant-service",
                stack,
                Map.of("POOL_SIZE", String.valueOf(pooled ? POOL_SIZE : 0)))) {
      TenantPosts posts = new TenantPosts(service);
      Pool pool = new Pool(stack, pooled ? POOL_SIZE : 0);
      posts.takeName();
      Load.run(WARM_UP_REFUSALS, 8, worker -> posts.postTakenName());
      for (int created = 0; created < WARM_UP; created += WARM_UP_ROUND) {
        Load.run(WARM_UP_ROUND, 8, worker -> posts.provision());
        posts.clear();
      }
      try (ProvisioningBaseline raw = new ProvisioningBaseline(stack, template(stack), 8)) {
        Load.run(WARM_UP_ROUND / 2, 4, raw::provision);
        raw.clear();
        List<Series> all =
            List.of(measure(posts, pool, raw, 1, 25), measure(posts, pool, raw, 8, 64));
        print(all, System.out);
        results(all, pooled).write(project);
        try (PrintStream file =
            new PrintStream(
                Files.newOutputStream(
                    project.resolve(
                        "benchmarks/target/provision%s.txt".formatted(pooled ? "-pool" : ""))),
                false,
                StandardCharsets.UTF_8)) {
          print(all, file);
        }
      }
    }
  }

  private static Series measure(
      TenantPosts posts, Pool pool, ProvisioningBaseline raw, int concurrency, int times)
      throws Exception {
    Series series = new Series(concurrency, new ArrayList<>(), new ArrayList<>());
    for (int round = 0; round < ROUNDS; round++) {
      pool.awaitFull();
      series.posts().add(Load.run(times, concurrency, worker -> posts.provision()));
      posts.clear();
      pool.awaitFull();
      raw.clear();
      series.raws().add(Load.run(times, concurrency, raw::provision));
      raw.clear();
    }
    return series;
  }

  /** The golden template that the service created. */
  private static String template(LocalStack stack) throws SQLException {
    try (Connection connection = stack.postgres().connect("postgres");
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname LIKE 'tpl\\_car\\_%'")) {
      rows.next();
      return rows.getString(1);
    }
  }

  private static Results results(List<Series> all, boolean pooled) {
    Results results = new Results(pooled ? "provision-pool" : "provision");
    for (Series series : all) {
      String clients = series.concurrency() + " at once, ";
      add(
          results,
          clients + "median",
          "ms",
          series,
          m -> m.percentile(0.5),
          pooled ? "at most 0.3" : "at most 1.3");
      add(results, clients + "p95", "ms", series, m -> m.percentile(0.95), "");
      add(results, clients + "rate", "/s", series, Measurement::rate, pooled ? "" : "at least 0.9");
    }
    return results;
  }

  private static void add(
      Results results,
      String what,
      String unit,
      Series series,
      ToDoubleFunction<Measurement> figure,
      String goal) {
    results.add(
        what,
        unit,
        Series.median(series.posts(), figure),
        "raw",
        Series.median(series.raws(), figure),
        series.ratio(figure),
        goal);
  }

  private static void print(List<Series> all, PrintStream out) {
    out.printf("medians of %d alternating rounds, service and raw%n", ROUNDS);
    out.printf("%-12s %-6s %10s %10s %12s%n", "concurrency", "", "p50 ms", "p95 ms", "tenants/s");
    for (Series series : all) {
      line(out, series.concurrency(), "POST", series.posts());
      line(out, series.concurrency(), "raw", series.raws());
      out.printf(
          Locale.ROOT,
          "%-12s %-6s %10.2f %10.2f %12.2f%n",
          "",
          "ratio",
          series.ratio(m -> m.percentile(0.5)),
          series.ratio(m -> m.percentile(0.95)),
          series.ratio(Measurement::rate));
    }
  }

  private static void line(PrintStream out, int concurrency, String what, List<Measurement> m) {
    out.printf(
        Locale.ROOT,
        "%-12d %-6s %10.1f %10.1f %12.1f%n",
        concurrency,
        what,
        Series.median(m, x -> x.percentile(0.5)),
        Series.median(m, x -> x.percentile(0.95)),
        Series.median(m, Measurement::rate));
  }
}
