package io.tenantry.benchmarks;

import static io.tenantry.benchmarks.Statistics.median;

import io.tenantry.localstack.LocalStack;
import io.tenantry.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the throughput of {@code POST /api/v1/events}, with single events and with batches of
 * 100, over 64 connections, with a plain Java producer with the same settings, alternating in the
 * same run, on the same machine and broker. The replica only accepts events; its extraction worker
 * is disabled.
 */
final class Capture {

  private static final int ROUNDS = 3;
  private static final int CONNECTIONS = 64;
  private static final int TENANTS = 12;
  private static final int BATCH = 100;
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration MEASURE = Duration.ofSeconds(10);
  private static final Duration SAMPLE = Duration.ofSeconds(30);
  private static final Pattern TENANT = Pattern.compile("\"tenant_id\":\"([0-9a-f-]{36})\"");
  private static final Pattern KEY = Pattern.compile("\"key\":\"([^\"]+)\"");

  private final Service service;
  private final ProducerBaseline raw;
  private final List<String> keys;
  private final PrintStream out;

  private Capture(Service service, ProducerBaseline raw, List<String> keys, PrintStream out) {
    this.service = service;
    this.raw = raw;
    this.keys = keys;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    Path project = Path.of(arguments[0]);
    Duration soak = Duration.ofMinutes(Long.parseLong(arguments[1]));
    LocalStackOptions options =
        LocalStackOptions.temporaryUnder(project.resolve("benchmarks/target/local-stack"))
            .withDurability(LocalStackOptions.Durability.FULL)
            .withStatementLog(LocalStackOptions.StatementLog.OFF);
    try (LocalStack stack = LocalStack.start(options)) {
      List<String> tenants = new ArrayList<>();
      List<String> keys = new ArrayList<>();
      try (Service tenantService = Service.start(project, "tenant-service", stack)) {
        for (int i = 0; i < TENANTS; i++) {
          provision(tenantService, i, tenants, keys);
        }
      }
      Map<String, String> settings =
          Map.of(
              "TENANTRY_EXTRACTION_ENABLED", "false",
              "TENANTRY_DEAD_LETTERS_ENABLED", "false",
              "TENANT_RATE_LIMIT", "1000000000",
              "JAVA_TOOL_OPTIONS", "-Xmx512m");
      try (Service service = Service.start(project, "ingestion-service", stack, settings);
          ProducerBaseline raw = new ProducerBaseline(stack, tenants);
          PrintStream out =
              new PrintStream(
                  Files.newOutputStream(project.resolve("benchmarks/target/capture.txt")),
                  true,
                  StandardCharsets.UTF_8)) {
        new Capture(service, raw, keys, out).run(project, soak);
      }
    }
  }

  private static void provision(
      Service service, int number, List<String> tenants, List<String> keys)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        service.send(
            "POST",
            "/api/v1/tenants",
            "{\"name\":\"bench-%d\",\"environment\":\"production\",\"api_keys\":{\"count\":1}}"
                .formatted(number));
    Matcher tenant = TENANT.matcher(response.body());
    Matcher key = KEY.matcher(response.body());
    if (response.statusCode() != 201 || !tenant.find() || !key.find()) {
      throw new IllegalStateException(response.statusCode() + " " + response.body());
    }
    tenants.add(tenant.group(1));
    keys.add(key.group(1));
  }

  private void run(Path project, Duration soak) throws Exception {
    raw.run(WARM_UP.dividedBy(2));
    load(1, WARM_UP, 0);
    load(BATCH, WARM_UP, 0);
    List<Double> rates = new ArrayList<>();
    List<Measurement> singles = new ArrayList<>();
    List<Measurement> batches = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      rates.add(raw.run(MEASURE));
      batches.add(load(BATCH, MEASURE, 0));
      singles.add(load(1, MEASURE, 0));
    }
    double rawRate = median(rates);
    double single = median(singles.stream().map(Measurement::rate).toList());
    double batch = median(batches.stream().map(m -> m.rate() * BATCH).toList());
    print(
        String.format(
            Locale.ROOT,
            "medians of %d alternating rounds, 1 KiB of JSON per event, %d connections",
            ROUNDS,
            CONNECTIONS));
    print(
        String.format(
            Locale.ROOT, "%-24s %12s %10s %10s %8s", "", "events/s", "p50 ms", "p99 ms", "ratio"));
    print(String.format(Locale.ROOT, "%-24s %12.0f", "raw producer", rawRate));
    print(
        String.format(
            Locale.ROOT,
            "%-24s %12.0f %10.1f %10.1f %8.2f",
            "batches of 100",
            batch,
            percentile(batches, 0.5),
            percentile(batches, 0.99),
            batch / rawRate));
    print(
        String.format(
            Locale.ROOT,
            "%-24s %12.0f %10.1f %10.1f %8.2f",
            "single",
            single,
            percentile(singles, 0.5),
            percentile(singles, 0.99),
            single / rawRate));
    Results results = new Results("capture");
    String producer = "raw producer";
    results.add("batches of 100", "/s", batch, producer, rawRate, batch / rawRate, "at least 0.5");
    results.add("single events", "/s", single, producer, rawRate, single / rawRate, "");
    results.add("single events", "/s", single, "the goal", 8000, single / 8000, "at least 1");
    Measurement half = load(1, MEASURE, single / 2);
    double tail = half.percentile(0.99);
    results.add("single, half the peak, p99", "ms", tail, "the goal", 50, tail / 50, "below 1");
    results.write(project);
    print(
        String.format(
            Locale.ROOT,
            "%-24s %12.0f %10.1f %10.1f",
            "single, half the peak",
            half.rate(),
            half.percentile(0.5),
            half.percentile(0.99)));
    print(
        String.format(
            Locale.ROOT,
            "maximum resident set size of the service: %s",
            service.largestResidentSize()));
    long end = System.nanoTime() + soak.toNanos();
    while (System.nanoTime() < end) {
      Measurement sample = load(1, SAMPLE, single / 2);
      print(
          String.format(
              Locale.ROOT,
              "  %6.0f/s, p99 %.1f ms, maximum resident set size %s",
              sample.rate(),
              sample.percentile(0.99),
              service.largestResidentSize()));
    }
  }

  private void print(String line) {
    System.out.println(line);
    out.println(line);
  }

  private static double percentile(List<Measurement> measurements, double share) {
    return median(measurements.stream().map(m -> m.percentile(share)).toList());
  }

  /**
   * Posts events over all connections.
   *
   * @param rate requests per second over all connections, each scheduled at a fixed time and
   *     measured from that time, whether the previous one has completed or not; 0 for the maximum
   *     rate
   */
  private Measurement load(int batch, Duration time, double rate) throws Exception {
    List<Long> nanos = new ArrayList<>();
    long start = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(CONNECTIONS)) {
      List<Future<List<Long>>> running = new ArrayList<>();
      for (int w = 0; w < CONNECTIONS; w++) {
        int worker = w;
        running.add(workers.submit(() -> connection(worker, batch, start, time, rate)));
      }
      for (Future<List<Long>> worker : running) {
        nanos.addAll(worker.get());
      }
    }
    return new Measurement(nanos, Duration.ofNanos(System.nanoTime() - start));
  }

  private List<Long> connection(int worker, int batch, long start, Duration time, double rate)
      throws IOException {
    List<Long> nanos = new ArrayList<>();
    long interval = rate == 0 ? 0 : (long) (1e9 * CONNECTIONS / rate);
    long due = start + interval * worker / CONNECTIONS;
    try (EventPosts posts =
        new EventPosts(service.address(), keys.get(worker % keys.size()), batch)) {
      while (System.nanoTime() - start < time.toNanos()) {
        while (interval > 0 && System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        long requestStart = interval > 0 ? due : System.nanoTime();
        posts.post();
        nanos.add(System.nanoTime() - requestStart);
        due += interval;
      }
    }
    return nanos;
  }
}
